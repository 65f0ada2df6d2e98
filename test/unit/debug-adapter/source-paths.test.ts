import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  clientPath,
  isSameFile,
  normalizePath,
} from '../../../debug-adapter/model/source-paths.js';

describe('source paths', () => {
  it('are compared without dots and with one kind of separator', () => {
    assert.equal(normalizePath('/a/./b/../c.S'), '/a/c.S');
    assert.equal(normalizePath('C:\\project\\hello.S'), 'c:/project/hello.S');
    assert.equal(normalizePath('../x.S'), '../x.S');
  });

  it('of an image are relative to the folder of the program', () => {
    assert.equal(clientPath('lib/print.S', '/project'), '/project/lib/print.S');
    assert.equal(clientPath('/abs/print.S', '/project'), '/abs/print.S');
    assert.ok(isSameFile('./hello.S', '/project/hello.S', '/project'));
    assert.ok(!isSameFile('hello.S', '/other/hello.S', '/project'));
  });
});
