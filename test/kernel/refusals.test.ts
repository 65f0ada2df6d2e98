/**
 * Every refusal of the kernel has a script, for each invocation, each cause and each row of the ABI's facts. The
 * scripts are in the folder beside this file; test/support/refusals.ts says what one is and how it is run.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabelName } from '../../runtime/abi/labels.js';
import { refusalSites, type RefusalSite } from '../support/refusal-sites.js';
import { tellRefusals, type Refusal } from '../support/refusals.js';
import { abiRows } from './refusals/abi-rows.js';
import { cnodes } from './refusals/cnodes.js';
import { memory } from './refusals/memory.js';
import { anyObject, tellAnyObject } from './refusals/any-object.js';
import { spaces } from './refusals/spaces.js';
import { threads } from './refusals/threads.js';
import { time } from './refusals/time.js';

const seen: Refusal[] = [];

tellAnyObject(seen);
tellRefusals('memory', memory, seen);
tellRefusals('CNodes', cnodes, seen);
tellRefusals('threads', threads, seen);
tellRefusals('time and domains', time, seen);
tellRefusals('address spaces and interrupts', spaces, seen);

interface Unreachable {
  readonly labels: RegExp;
  readonly sentence: string;
  readonly why: string;
}

/** One way each to be refused that the sources seem to have for an invocation, and it cannot get into. */
const unreachable: readonly Unreachable[] = [
  {
    labels: /^UntypedRetype$/,
    sentence: 'is outside 1 to 32',
    why: 'A depth of 0 means the root itself.',
  },
  {
    labels: /^CNode/,
    sentence: 'is no CNode but an object of type',
    why: 'The root of the destination is what is invoked, which is a CNode.',
  },
  {
    labels: /^CNodeMove$/,
    sentence: 'capability cannot be copied or changed so',
    why: 'What is moved stays as it is.',
  },
  ...['words', 'capability'].map((what) => ({
    labels: /^RISCVIRQIssueIRQHandlerTrigger$/,
    sentence: 'it needs an interrupt, a slot address',
    why: `Without a trigger fewer are enough, and with one it was asked before: ${what}.`,
  })),
];

const isAbout = (entry: Unreachable, { label, sentence }: RefusalSite): boolean =>
  entry.labels.test(label) && sentence.source.includes(entry.sentence);

describe('every refusal of the kernel', () => {
  const sites = refusalSites().filter(
    // What is of no operation of an object is asked of every object: any-object.ts.
    ({ sentence }) => !sentence.source.includes('has no such operation'),
  );

  /** In how many ways the invocation gets a sentence. */
  const waysTo = (site: RefusalSite): number => {
    const same = sites.filter(
      ({ label, sentence }) => label === site.label && sentence.source === site.sentence.source,
    );
    const exempt = unreachable.filter((entry) => isAbout(entry, site));
    return same.reduce((sum, { causes }) => sum + causes, 0) - exempt.length;
  };

  it('is told by as many scripts of its invocation as there are ways to it', () => {
    assert.ok(sites.length > 200, `${String(sites.length)} sites were found`);
    const missing = new Set<string>();
    for (const site of sites) {
      const scripts = seen.filter(
        ({ label, error, sentence }) =>
          label === site.label && error === site.error && site.sentence.test(sentence),
      );
      const found = new Set(scripts.map(({ place }) => place)).size;
      const ways = waysTo(site);
      if (found >= ways) continue;
      const { label, sentence, place } = site;
      missing.add(
        `${label}: ${String(found)} of ${String(ways)} ways to ${sentence.source} (${place})`,
      );
    }
    assert.deepEqual([...missing], []);
  });

  it('has one cause, unless its sentence tells the value that is outside a range', () => {
    const several = sites.filter(
      ({ error, causes }) => causes > 1 && error !== 'RangeError' && error !== 'TruncatedMessage',
    );
    assert.deepEqual(several, []);
  });

  it('gives each invocation the errors that the scripts saw, and no other', () => {
    const pairs = (all: readonly { readonly label: LabelName; readonly error: string }[]) =>
      [...new Set(all.map(({ label, error }) => `${label} ${error}`))].sort();
    const reachable = sites.filter((site) => waysTo(site) > 0);
    assert.deepEqual(pairs(reachable), pairs(seen.filter(({ row }) => !anyObject.includes(row))));
  });

  it('of the facts is held by a script', () => {
    const held = new Set(seen.map(({ row }) => row));
    assert.deepEqual(
      Object.keys(abiRows).filter((row) => !held.has(row as keyof typeof abiRows)),
      [],
    );
  });

  it('that is said to be unreachable is in the sources', () => {
    for (const entry of unreachable) {
      assert.ok(
        sites.some((site) => isAbout(entry, site)),
        entry.why,
      );
    }
  });
});
