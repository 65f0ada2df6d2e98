/**
 * A random walk through what the shell does with applications, over the whole system: start, stop, suspend, resume,
 * restart, install, update and uninstall. Afterwards nothing runs, nothing is installed, and all memory and all slots are
 * as before. An answer that is none of those that a user can bring about ends the walk.
 */
import assert from 'node:assert/strict';
import type { NexusConsole } from './nexus-console.js';
import { Random } from './random.js';

export interface Walk {
  readonly seed: number;
  readonly steps: number;
  /** Names of built-in applications. */
  readonly names: readonly string[];
  /** Bundles by the name that their manifests have. */
  readonly bundles?: ReadonlyMap<string, Uint8Array>;
}

/** How often each command did what it says. */
export type Done = ReadonlyMap<string, number>;

const commands = ['start', 'start', 'stop', 'suspend', 'resume', 'restart'] as const;
const packages = ['install', 'update', 'uninstall'] as const;
const expected =
  /^(?:(?:start|stop|suspend|resume|restart|uninstall)|Bundle (?:install|update)) failed: (?:BundleNotFound|BundleFound|BundleRunning|BundleNotRunning|BundleSuspended|BundleNotSuspended|UninstallFailed)$/m;
const succeeded =
  /^Bundle "[a-z]+" (?:(?:started|stopped|suspended|resumed|restarted|uninstalled)\.|installed|updated)$/m;

export function walk(
  console: NexusConsole,
  { seed, steps, names, bundles = new Map() }: Walk,
): Done {
  const random = new Random(seed);
  const done = new Map<string, number>();
  const extra = [...bundles.keys()];
  // The first start makes what stays: each service has then taken what it keeps.
  for (const name of names) console.type(`start ${name}`);
  for (const name of [...names, ...extra]) console.type(`stop ${name}`);
  const before = resources(console);
  for (let step = 0; step < steps; step += 1) {
    const isPackage = extra.length > 0 && random.below(4) === 0;
    const command = random.oneOf<string>(isPackage ? packages : commands);
    const name = random.oneOf(isPackage ? extra : [...names, ...extra]);
    const bytes = bundles.get(name);
    const isUpload = bytes !== undefined && (command === 'install' || command === 'update');
    const answer = isUpload
      ? console.upload(command === 'install' ? 'install -z' : `update ${name}`, bytes)
      : console.type(`${command} ${name}`);
    const isDone = succeeded.test(answer);
    assert.ok(
      isDone || expected.test(answer),
      `step ${String(step)} of seed ${String(seed)}: ${command} ${name}: ${answer}`,
    );
    if (isDone) done.set(command, (done.get(command) ?? 0) + 1);
    // Applications do something meanwhile, too.
    if (random.below(4) === 0) console.wait(random.below(4) * 500_000);
  }
  for (const name of [...names, ...extra]) console.type(`stop ${name}`);
  for (const name of extra) console.type(`uninstall ${name}`);
  assert.deepEqual(resources(console), before, `seed ${String(seed)}`);
  return done;
}

/** Memory by `mstats`, and the free slots of each service; without what only grows. */
function resources(console: NexusConsole): readonly string[] {
  console.wait(2_000_000);
  const memory = console.type('mstats');
  const services = ['process', 'sdk', 'security', 'console'];
  return [
    /\d+ bytes in-use, \d+ bytes free/.exec(memory)?.[0] ?? memory,
    /\d+ objs in-use/.exec(memory)?.[0] ?? memory,
    ...services.map((service) => {
      const told = console.type(`caps ${service}`);
      return `${service}: ${/\d+ slots are free/.exec(told)?.[0] ?? told}`;
    }),
  ];
}
