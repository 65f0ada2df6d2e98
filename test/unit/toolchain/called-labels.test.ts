import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { platformOf } from '../../support/assembled-platform.js';

const functionsOf = (source: string): string[] =>
  platformOf(source)
    .image.symbols.filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);

describe('labels that are called', () => {
  it('are functions, by call, by jal and in compressed code; others stay labels', () => {
    const source = `
      .globl _start
_start: call far
        jal  near
        j    skipped
skipped: la  a0, taken
        call data_like
end:    j end
taken:  .word 1
far:    ret
near:   ret
data_like: ret
    .option norvc
unused: ret`;
    assert.deepEqual(functionsOf(source), ['far', 'near', 'data_like']);
  });

  it('are found behind data that looks like the start of an instruction', () => {
    const source = `
      .globl _start
_start: j main
        .byte 0xff
        .byte 0xff
main:   jal print
end:    j end
print:  ret`;
    assert.deepEqual(functionsOf(source), ['print']);
  });

  it('are none where code calls into data or nowhere', () => {
    const source = `
      .globl _start
_start: call data
end:    j end
        .data
data:   .word 0`;
    assert.deepEqual(functionsOf(source), []);
  });
});
