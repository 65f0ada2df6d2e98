import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  programBesideBundle,
  programOfBundle,
} from '../../../../runtime/toolchain/application/bundle-program.js';
import { buildTexts, filesOf } from '../../../support/component-system.js';

const { bundle, elf, image } = buildTexts(
  {
    'cantrip.json': '{ "program": "far.S", "app": { "manifest": "manifest" } }',
    manifest: '# It has one.\nname = far\n',
    'far.S': '.globl main\nmain: lw a0, 0(zero)\n',
  },
  'cantrip.json',
);
assert.ok(bundle !== undefined && elf !== undefined && image !== undefined);

describe('the program of a bundle', () => {
  it('is what the ELF file of the same name beside it says, in a thread of the name in it', () => {
    const program = programBesideBundle('out/other.app', bundle, filesOf({ 'out/other.elf': elf }));
    assert.deepEqual(program?.threads, ['far']);
    assert.equal(program.isApplication, true);
    assert.ok(program.image.lines.some(({ file, line }) => file === 'far.S' && line === 2));
  });

  it('is not known without such a file, or where that is none', () => {
    for (const files of [{}, { 'far.elf': 'no ELF file' }, { far: elf }])
      assert.equal(programBesideBundle('far.app', bundle, filesOf(files)), undefined);
    assert.equal(programBesideBundle('far', bundle, filesOf({ far: elf })), undefined);
  });

  it('is not known where the bundle has no name', () => {
    assert.deepEqual(programOfBundle(bundle, image)?.threads, ['far']);
    const changed = bundle.slice();
    changed[40] = 1;
    for (const wrong of [changed, bundle.subarray(0, 30), bundle.subarray(0, 50), bundle.slice(1)])
      assert.equal(programOfBundle(wrong, image), undefined);
  });
});
