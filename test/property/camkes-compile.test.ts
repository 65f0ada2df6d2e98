import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { compileAssembly } from '../../runtime/toolchain/camkes/compile.js';
import { checkSystem } from '../../runtime/toolchain/camkes/system-checks.js';
import { memoryMapOfSpec, memoryMapOfSystem } from '../../runtime/toolchain/camkes/memory-map.js';
import { printSpec } from '../../runtime/toolchain/capdl/print.js';
import { analyzeCapdl } from '../../runtime/toolchain/capdl/read.js';
import { systemOf } from '../support/camkes-system.js';
import { systemWords } from '../support/random-camkes-system.js';

const options = fc.record({
  isMcs: fc.boolean(),
  hasFaultHandlers: fc.boolean(),
  architecture: fc.constantFrom('riscv32' as const, 'riscv64' as const),
});

describe('the compiler of assemblies', () => {
  it('makes capDL without an error of any system', () => {
    fc.assert(
      fc.property(systemWords, options, (words, chosen) => {
        const { spec } = compileAssembly(systemOf(words), chosen);
        const text = printSpec(spec);
        const { diagnostics } = analyzeCapdl('a.cdl', text, { dialect: words.dialect });
        assert.deepEqual(
          diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
          [],
        );
      }),
      { numRuns: 60 },
    );
  });

  it('makes the same again of the same system', () => {
    fc.assert(
      fc.property(systemWords, options, (words, chosen) => {
        const one = compileAssembly(systemOf(words), chosen);
        assert.deepEqual(compileAssembly(systemOf(words), chosen), one);
      }),
      { numRuns: 20 },
    );
  });

  it('has a place for all it makes, and checks and maps take any system', () => {
    fc.assert(
      fc.property(systemWords, (words) => {
        const system = systemOf(words);
        const { spec } = compileAssembly(system);
        for (const { name, origin, slots } of spec.objects)
          assert.ok(origin && [...slots.values()].every((held) => held.origin), name);
        checkSystem(system);
        memoryMapOfSystem(system);
        memoryMapOfSpec(spec);
      }),
      { numRuns: 40 },
    );
  });
});
