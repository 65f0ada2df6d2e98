import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDiagnostic } from '../../../runtime/cli/diagnostics-output.js';
import type { Diagnostic } from '../../../runtime/toolchain/text/diagnostic.js';
import { noRange } from '../../../runtime/toolchain/text/diagnostic.js';

const diagnostic: Diagnostic = {
  file: 'a.S',
  range: { start: { line: 4, character: 2 }, end: { line: 4, character: 5 } },
  severity: 'error',
  code: 'duplicate-symbol',
  message: 'It is defined twice.',
};

describe('a diagnostic for people', () => {
  it('begins with file, line and column from one, and ends with its code', () => {
    assert.equal(
      formatDiagnostic(diagnostic),
      'a.S:5:3: error: It is defined twice. [duplicate-symbol]',
    );
  });

  it('has its related places as notes below it', () => {
    const related = [{ file: 'b.S', range: noRange, message: 'First here.' }];
    assert.match(formatDiagnostic({ ...diagnostic, related }), /\nb\.S:1:1: note: First here\.$/);
  });

  it('of a binary file has the byte offset', () => {
    assert.match(
      formatDiagnostic({ ...diagnostic, file: 'a.elf', offset: 18 }),
      /^a\.elf:byte 18: error: /,
    );
  });
});
