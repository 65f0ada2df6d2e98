/** What GCC writes that people do not: found by assembling its output and comparing with GNU as. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleText, hexOf, problems } from './source-fixture.js';

describe('the output of GCC', () => {
  it('calls through @plt, which is a plain call where there is one program', () => {
    const plain = assembleText('call f\ntail f\n');
    const throughTable = assembleText('call f@plt\ntail f@plt\n');
    assert.deepEqual(throughTable.diagnostics, []);
    assert.equal(hexOf(throughTable), hexOf(plain));
    assert.deepEqual(problems('j f@plt\n'), ['1:4-5 syntax']);
  });

  it('names the base i2p0, which has the CSR instructions in it', () => {
    assert.deepEqual(
      problems('.attribute arch, "rv32i2p0_m2p0_c2p0"\ncsrr a0, mcause\nfence.i\n'),
      [],
    );
    assert.deepEqual(problems('.attribute arch, "rv32i2p1_m2p0"\ncsrr a0, mcause\n'), [
      '2:1-5 extension-off',
    ]);
  });

  it('keeps the alignment of the section around .option norvc', () => {
    const { object } = assembleText('.option norvc\nnop\n.option rvc\nnop\n');
    assert.equal(object.sections[0]?.alignmentBits, 1);
    assert.equal(object.sections[0].bytes.length, 6);
  });

  it('keeps a short branch short behind many that grow', () => {
    // Each of the 200 needs four bytes, so all that follows moves by 400 in one pass.
    const far = 'beqz a0, far\n'.repeat(200);
    const assembled = assembleText(`${far}beqz a1, near\nli a2, 99\nnear:\n.space 300\nfar:\n`);
    // c.beqz a1, .+6
    assert.equal(hexOf(assembled).slice(200 * 8, 200 * 8 + 4), '99c1');
  });
});
