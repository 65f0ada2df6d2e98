/**
 * What the members of a capsule have to know of each other, and the order in which they come to life: servers before
 * their clients. Where members call each other in a circle one of them comes first, and a call of one that comes later
 * is checked when it is made.
 */
import { assemble } from '../assembly/assemble.js';
import type { CapsuleBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import type { Instance } from '../camkes/system.js';
import type { ObjectFile } from '../object-file.js';
import { withoutLines } from './runtime-library.js';
import type { Callee } from './stubs/direct-call.js';
import type { ComponentLanguage } from './stubs/making.js';

export interface CapsuleMember {
  readonly bindings: InstanceBindings;
  readonly language: ComponentLanguage;
  /** Functions that its sources call or define. */
  readonly named: ReadonlySet<string>;
}

export function inOrderOfLife<Member extends Pick<CapsuleMember, 'bindings'>>(
  members: readonly Member[],
): Member[] {
  const byInstance = new Map(members.map((member) => [member.bindings.instance, member]));
  const clients = new Map<Member, Member[]>();
  const missing = new Map<Member, number>();
  for (const member of members) {
    const callees = new Set(
      calleesOf(member.bindings).flatMap((each) => byInstance.get(each) ?? []),
    );
    missing.set(member, callees.size);
    for (const callee of callees) clients.set(callee, [...(clients.get(callee) ?? []), member]);
  }
  const ordered = new Set<Member>();
  const bring = (first: Member): void => {
    const pending = [first];
    for (let member = pending.pop(); member !== undefined; member = pending.pop()) {
      if (ordered.has(member)) continue;
      ordered.add(member);
      for (const client of clients.get(member) ?? []) {
        const left = (missing.get(client) ?? 0) - 1;
        missing.set(client, left);
        if (left === 0) pending.push(client);
      }
    }
  };
  for (const member of members) if (missing.get(member) === 0) bring(member);
  for (const member of members) bring(member);
  return [...ordered];
}

const calleesOf = ({ ends }: InstanceBindings): Instance[] =>
  ends.flatMap(({ isDirect, connection: { to } }) =>
    isDirect === true && to[0] !== undefined ? [to[0].instance] : [],
  );

/** What a client that is the `position`th to come to life knows of the one that it calls. */
export function calleeOf(
  ordered: readonly CapsuleMember[],
  position: number,
  server: Instance,
): Callee | undefined {
  const at = ordered.findIndex(({ bindings }) => bindings.instance === server);
  const member = ordered[at];
  if (member === undefined) return undefined;
  const { bindings, language, named } = member;
  return {
    language,
    mayComeLater: at >= position,
    readsSender: (name) => named.has(`${name}_get_sender_id`),
    hasLock: (name) =>
      bindings.ends.some(
        ({ callLock, end }) => callLock !== undefined && end.interface.name === name,
      ),
  };
}

/** What the whole program has: the table by which its members come to life, and the two semaphores. */
export function capsuleObject(
  ordered: readonly CapsuleMember[],
  { turn, start }: CapsuleBinding,
): ObjectFile {
  const leader = ordered[0]?.bindings.threads[0]?.tcb ?? 0;
  const rows = ordered.map(({ bindings: { instance } }) =>
    ['come_to_life', 'begin_service'].map((name) => `${instance.name}.camkes_${name}`).join(', '),
  );
  const words = [
    // The leader has the turn from the beginning.
    ['turn', `${String(turn)}, 0`],
    ['capsule_start', `${String(start)}, 0`],
    ['capsule_leader', String(leader)],
    ['capsule', [...rows, '0'].join('\n.word ')],
  ] as const;
  const lines = words.map(
    ([name, values]) => `.balign 4\n.globl camkes_${name}\ncamkes_${name}:\n.word ${values}\n`,
  );
  const path = 'capsule.S';
  const text = `.data\n${lines.join('')}`;
  const readText = (wanted: string): string | undefined => (wanted === path ? text : undefined);
  return withoutLines(assemble(path, { readText, readBytes: () => undefined }).object);
}
