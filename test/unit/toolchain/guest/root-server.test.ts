/** The root server is compiled with the tools, and not with each system. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errors } from '../../../../runtime/abi/errors.js';
import { rootServerSources } from '../../../../runtime/system/rootserver-sources.js';
import { compileRootServer } from '../../../../runtime/toolchain/guest/assemblyscript/compile-root-server.js';
import rootServer from '../../../../runtime/toolchain/capdl/loading/root-server.guest.js';

const compiled = compileRootServer();

describe('the root server', () => {
  it('is a program of the safe language: nothing in it is refused', () => {
    assert.deepEqual(compiled.diagnostics, []);
  });

  it('comes with the tools as it is compiled from its sources', () => {
    const bytesOf = (objects: typeof compiled.objects) =>
      objects.map(({ sections }) => sections.map(({ name, bytes }) => [name, [...bytes]]));
    assert.deepEqual(bytesOf(rootServer()), bytesOf(compiled.objects));
  });

  it('has lines of its sources, and of what is made for it, by paths under which they can be shown', () => {
    const files = new Set(
      rootServer().flatMap(({ sections }) =>
        sections.flatMap(({ lines }) => lines.map(({ file }) => file)),
      ),
    );
    for (const path of rootServerSources.keys()) assert.ok(files.has(path), path);
    for (const path of files) assert.match(path, /^builtin:\//);
  });

  it('knows the names of all errors that the kernel answers', () => {
    const text = rootServerSources.get('builtin:/rootserver/report.ts') ?? '';
    for (const { name } of errors)
      if (name !== 'NoError') assert.ok(text.includes(`return "${name}"`), name);
  });
});
