/** Every refusal of the kernel has a script, for each of its causes; the scripts are in the folder beside this file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refusalSites, type Refusal } from '../support/refusals.js';
import { causes } from './refusals/causes.js';
import { memory } from './refusals/memory.js';
import { seldom } from './refusals/seldom.js';
import { threads } from './refusals/threads.js';

/** Causes that no sequence of calls brings about. The checks are seL4's, and are kept as it has them. */
const unreachable: readonly { readonly sentence: RegExp; readonly why: string }[] = [
  {
    sentence: /the thread holds the last capability to its CNode/,
    why:
      'seL4 asks the slot of the address space, too, whether it takes long to empty. It does not: only CNodes, ' +
      'threads and what is left of them do, and nothing but page tables is ever put there.',
  },
  {
    sentence: /the VSpace root is no page table with an ASID/,
    why: 'A page table without an ASID was refused before, since it cannot be copied into the thread.',
  },
  {
    sentence: /a CNode has no such operation/,
    why: 'A label that the ABI does not have is none of those of a CNode: the first cause is a part of the second.',
  },
];

// The two refusals of ASIDPool_Assign that no sequence of calls brings about have a script all the same, which breaks
// the ASID table by hand; invocations/asid.ts has the proof.

describe('every refusal of the kernel', () => {
  const scripts = (sentence: RegExp): number =>
    new Set(
      [causes, memory, seldom, threads]
        .flat()
        .filter((seen: Refusal) => sentence.test(seen.sentence))
        .map((seen) => `${seen.sentence} ${seen.request}`),
    ).size;

  it('is told by scripts, one at least for each cause', () => {
    const sites = refusalSites();
    assert.ok(sites.length > 80, `${String(sites.length)} sentences were found`);
    const missing = sites.filter((site) => {
      const exempt = unreachable.filter(({ sentence }) => sentence.test(site.sentence.source));
      return scripts(site.sentence) < site.causes - exempt.length;
    });
    assert.deepEqual(missing, []);
  });

  it('that is said to be unreachable is there', () => {
    for (const { sentence, why } of unreachable) {
      assert.ok(
        refusalSites().some((site) => sentence.test(site.sentence.source)),
        why,
      );
    }
  });
});
