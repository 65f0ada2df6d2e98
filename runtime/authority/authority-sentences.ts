/**
 * How authority is told: each step on the way of a capability, and what is done with it, as a sentence that
 * names who acts, the capability by which, and why. Nothing is decided here; what is told was found before.
 */
import type { StateCapability } from '../image/capability-state.js';
import type { AuthorityClosure, Flow } from './authority-closure.js';
import type { Effect } from './authority-effects.js';
import { typeOf } from './authority-graph.js';

export interface AuthorityStep {
  /** Name of the thread that acts. */
  readonly who: string;
  /** `endpoint ep, RW--, badge 7, in slot 0x010 of cnode_a`; absent where no capability is needed. */
  readonly capability?: string;
  /** A sentence. */
  readonly why: string;
}

/** An effect with the threads that it is between. */
export interface EffectStep extends Effect {
  readonly from: number;
  readonly to: number;
}

export function stepsTo(closure: AuthorityClosure, step: EffectStep): AuthorityStep[] {
  const { by, theirs } = step;
  const said = new Set<string>();
  return [
    ...(by === undefined ? [] : explain(closure, step.from, by, { said })),
    ...(theirs === undefined ? [] : explain(closure, step.to, theirs, { said })),
    {
      who: nameOf(closure, step.from),
      ...(by === undefined ? {} : { capability: describe(closure, by) }),
      why: effectSentence(closure, step),
    },
  ];
}

function effectSentence(
  closure: AuthorityClosure,
  { kind, object, by, theirs, from, to }: EffectStep,
): string {
  const who = nameOf(closure, from);
  const on = nameOf(closure, to);
  const what = nameOf(closure, object);
  const where = theirs === undefined ? '' : ` (${describe(closure, theirs)})`;
  switch (kind) {
    case 'control':
      if (by === undefined) return `${who} and ${on} run in one address space, ${what}.`;
      return typeOf(closure.graph.state, object) === 'endpoint'
        ? `${on} sends its faults to ${what}, and ${who} answers them: the answer sets the registers of ${on}.`
        : `${who} can make ${on} act: it has ${what}.`;
    case 'capabilities':
      return `${who} can change the capabilities of ${on}: ${on} uses what is in ${what}.`;
    case 'message':
      return `${who} may send to ${what}, and ${on} may receive from it${where}.`;
    case 'reply':
      return `${on} may call ${what}${where}, and ${who} answers.`;
    case 'signal':
      return `${who} may signal ${what}, and ${on} is woken by it${where}.`;
    case 'memory':
      return `${who} may write ${what}, and ${on} reads it${theirs === undefined ? ', where it is mapped' : where}.`;
    case 'interrupt':
      return `${who} and ${on} both handle ${what}${where}: each can acknowledge it and change whom it signals.`;
    case 'processor time':
      return `${on} runs on ${what}, which ${who} can take away.`;
    case 'destroy':
      return `${who} can delete ${what}, which ${on} uses${where}.`;
  }
}

interface ExplainOptions {
  /** Only flows with a lower number count: what came later is no reason. */
  readonly before?: number;
  /** Threads and capabilities that were explained on the way. */
  readonly said?: Set<string>;
}

/** How a thread comes to use a capability; nothing for one in its own CSpace. */
function explain(
  closure: AuthorityClosure,
  thread: number,
  number: number,
  { before = closure.flows.length, said = new Set<string>() }: ExplainOptions = {},
): AuthorityStep[] {
  const fact = `${thread} ${number}`;
  if (said.has(fact)) return [];
  const steps: AuthorityStep[] = [];
  closure.wayTo(thread, number, before)?.flows.forEach((index, position) => {
    const flow = closure.flows[index];
    if (flow === undefined) return;
    if (flow.by !== undefined) {
      const { thread: actor, capability } = flow.by;
      steps.push(...explain(closure, actor, capability, { before: index, said }));
    }
    const why = flowSentence(closure, flow, { isFirst: position === 0 });
    if (why === undefined) return;
    const who = nameOf(closure, flow.by?.thread ?? flow.to);
    const capability = flow.by && describe(closure, flow.by.capability);
    steps.push({ who, ...(capability === undefined ? {} : { capability }), why });
  });
  // Only now: until then nothing may rest on it.
  said.add(fact);
  return steps;
}

function flowSentence(
  closure: AuthorityClosure,
  { kind, from, to, by }: Flow,
  { isFirst }: { readonly isFirst: boolean },
): string | undefined {
  const who = nameOf(closure, by?.thread ?? to);
  const what = by === undefined ? '' : nameOf(closure, objectOf(closure, by.capability));
  const isReply =
    by !== undefined && typeOf(closure.graph.state, objectOf(closure, by.capability)) === 'reply';
  switch (kind) {
    case 'cspace':
      // That a thread uses what is in its own CSpace needs no words.
      return isFirst
        ? undefined
        : `${who} uses what is put into ${nameOf(closure, from)}, its CSpace.`;
    case 'space':
      return typeOf(closure.graph.state, to) === 'thread'
        ? `${nameOf(closure, to)} runs in address space ${nameOf(closure, from)}; whoever runs there can make it act.`
        : undefined;
    case 'takes':
      return `${who} can take what is in ${what}.`;
    case 'puts':
      return `${who} can put capabilities into ${what}.`;
    case 'controls':
      return `${who} can make ${what} act, with all that ${what} can use.`;
    case 'equips':
      return `${who} can give ${what} another CSpace.`;
    case 'remaps':
      return `${who} can change what address space ${nameOf(closure, from)} maps, and with it the code that runs there.`;
    case 'sends':
      return `${who} may send capabilities to ${what}: it has the grant right.`;
    case 'receives':
      return `${who} may receive from ${what}, with capabilities.`;
    case 'replies':
      return isReply
        ? `${who} answers calls by ${what}, which has the grant right or is shared with one that receives.`
        : `${who} may receive from ${what}, and its answers go to those who call it.`;
    case 'calls':
      return `${who} may call ${what}, and gets capabilities with the answer.`;
    case 'faults':
      return undefined;
    case 'handles':
      return isReply
        ? `${who} answers faults by ${what}: an answer sets the registers of the thread that faulted.`
        : `${who} may receive from ${what}, where faults are sent.`;
  }
}

const objectOf = (closure: AuthorityClosure, number: number): number =>
  closure.capability(number).capability.object;

const nameOf = ({ graph }: AuthorityClosure, object: number): string =>
  graph.state.objects[object]?.name ?? '';

/** `endpoint ep, RW--, badge 7, in slot 0x010 of cnode_a`. */
export function describe(closure: AuthorityClosure, number: number): string {
  const { cnode, capability } = closure.capability(number);
  const what = [nameOf(closure, capability.object), ...detailsOf(closure, capability)].join(', ');
  return `${what}, in slot ${capability.slot} of ${nameOf(closure, cnode)}`;
}

const typesWithRights: ReadonlySet<string | undefined> = new Set([
  'endpoint',
  'notification',
  'frame',
  'reply',
]);

function detailsOf(
  closure: AuthorityClosure,
  { object, rights, badge }: StateCapability,
): string[] {
  const letter = (has: boolean, name: string): string => (has ? name : '-');
  const { read, write, grant, grantReply } = rights;
  const letters =
    letter(read, 'R') + letter(write, 'W') + letter(grant, 'G') + letter(grantReply, 'P');
  return [
    ...(typesWithRights.has(typeOf(closure.graph.state, object)) ? [letters] : []),
    ...(badge === undefined || badge === 0 ? [] : [`badge ${badge}`]),
  ];
}
