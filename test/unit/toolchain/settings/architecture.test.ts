/** What a system is compiled for: by its cantrip.json, by the CMake files of its tree, or by nobody. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCantripJson } from '../../../../runtime/toolchain/settings/cantrip-json.js';
import { readProject } from '../../../../runtime/toolchain/settings/project.js';
import { filesInMemory } from '../../../support/files-in-memory.js';

const lists = 'DeclareCAmkESRootserver(x.camkes) # camkes';
const architectureIn = (
  files: Readonly<Record<string, string>>,
  path = '/t/x.camkes',
): string | undefined => {
  const { architecture } = readProject(path, filesInMemory(files));
  const file = architecture?.place?.file;
  return architecture && `${architecture.name}${file === undefined ? '' : ` by ${file}`}`;
};
/** An application alone, with these settings. */
const architectureOf = (settings: string): string | undefined =>
  architectureIn({
    '/t/CMakeLists.txt': lists,
    '/t/x.camkes': '',
    '/t/easy-settings.cmake': settings,
  })?.replace(' by /t/easy-settings.cmake', '');

describe('the architecture of a project', () => {
  it('is nobody’s word in a folder without settings', () => {
    assert.equal(architectureIn({}), undefined);
    assert.equal(architectureIn({ '/t/cantrip.json': '{ "program": "x.camkes" }' }), undefined);
  });

  it('is what cantrip.json says', () => {
    const settings = '{ "program": "x.camkes", "architecture": "x86_64" }';
    assert.equal(architectureIn({ '/t/cantrip.json': settings }), 'x86_64 by /t/cantrip.json');
  });

  it('is said in a CMake build by flags, names and platforms, the flags before the others', () => {
    assert.equal(architectureOf('set(KernelSel4Arch ia32 CACHE STRING "")'), 'ia32');
    assert.equal(architectureOf('set(PLATFORM "x86_64" CACHE STRING "")'), 'x86_64');
    assert.equal(architectureOf('set(PLATFORM pc99)'), 'x86_64');
    assert.equal(architectureOf('set(PLATFORM zcu102)'), 'aarch64');
    assert.equal(architectureOf('set(PLATFORM rpi3)\nset(AARCH64 ON)'), 'aarch64');
    assert.equal(architectureOf('set(PLATFORM rpi3)'), 'aarch32');
    assert.equal(architectureOf('set(KernelPlatform spike)'), 'riscv64');
    assert.equal(architectureOf('set(KernelPlatform spike)\nset(RISCV32 1)'), 'riscv32');
    assert.equal(architectureOf('set(AARCH32 1)\nset(ARM_HYP 1)'), 'arm_hyp');
    assert.equal(architectureOf('set(KernelArch x86 CACHE STRING "" FORCE)'), 'x86_64');
    assert.equal(architectureOf('set(RISCV64 OFF)'), undefined);
  });

  it('of a CantripOS tree is that of its platforms unless a setting tells otherwise', () => {
    const tree = (platform: string, settings: string): string | undefined =>
      architectureIn(
        {
          '/t/CMakeLists.txt': 'DeclareCAmkESRootserver(platforms/${PLATFORM}/system.camkes)',
          '/t/easy-settings.cmake': settings,
          [`/t/platforms/${platform}/system.camkes`]: '',
        },
        `/t/platforms/${platform}/system.camkes`,
      );
    assert.equal(tree('nexus', ''), 'riscv32');
    assert.equal(tree('bcm2837', ''), 'aarch64');
    assert.equal(tree('spike', ''), 'riscv32');
    assert.equal(
      tree('spike', 'set(KernelSel4Arch "riscv64" CACHE STRING "")'),
      'riscv64 by /t/easy-settings.cmake',
    );
  });

  it('of one application among several is that of its own settings', () => {
    const files = {
      '/t/easy-settings.cmake':
        'set(CAMKES_APP other CACHE STRING "")\nset(PLATFORM x86_64 CACHE STRING "")',
      '/t/settings.cmake': `
        correct_platform_strings()
        sel4_configure_platform_settings()
        include(\${CMAKE_CURRENT_LIST_DIR}/apps/\${CAMKES_APP}/settings.cmake OPTIONAL)`,
      '/t/apps/mine/settings.cmake': 'set(KernelSel4Arch aarch64)',
      '/t/apps/mine/CMakeLists.txt': lists,
      '/t/apps/mine/x.camkes': '',
      '/t/apps/other/CMakeLists.txt': `
        if(KernelArchX86)
          DeclareCAmkESRootserver(x86.camkes)
        endif()`,
      '/t/apps/other/x86.camkes': '',
    };
    assert.equal(
      architectureIn(files, '/t/apps/mine/x.camkes'),
      'aarch64 by /t/apps/mine/settings.cmake',
    );
    const other = readProject('/t/apps/other/x86.camkes', filesInMemory(files));
    assert.deepEqual(other.assemblies, ['/t/apps/other/x86.camkes']);
    assert.deepEqual(other.architecture?.place?.file, '/t/easy-settings.cmake');
  });

  it('in a cantrip.json above CMake files goes before theirs', () => {
    const files = {
      '/t/cantrip.json': '{ "program": "x.camkes", "architecture": "riscv32" }',
      '/t/CMakeLists.txt': `set(PLATFORM x86_64)\n${lists}`,
      '/t/x.camkes': '',
    };
    assert.equal(architectureIn(files), 'riscv32 by /t/cantrip.json');
    assert.equal(
      architectureIn({ ...files, '/t/cantrip.json': '{ "program": "x.camkes" }' }),
      'x86_64 by /t/CMakeLists.txt',
    );
  });

  it('takes the board away that a platform has with 32 bits alone', () => {
    const board = (flag: string): string | undefined =>
      readProject(
        '/t/x.camkes',
        filesInMemory({
          '/t/CMakeLists.txt': `set(PLATFORM qemu-riscv-virt)\nset(${flag} 1)\n${lists}`,
          '/t/x.camkes': '',
        }),
      ).board;
    assert.equal(board('RISCV32'), 'virt');
    assert.equal(board('RISCV64'), undefined);
  });
});

describe('a wrong architecture in cantrip.json', () => {
  const problemsOf = (members: string): string[] =>
    readCantripJson('cantrip.json', `{ "program": "a.camkes", ${members} }`).diagnostics.map(
      ({ range, code, message }) =>
        `${range.start.character}-${range.end.character} ${code}: ${message}`,
    );

  it('is told at its value, with the names that there are or the one that is meant', () => {
    assert.deepEqual(problemsOf('"architecture": "mips"'), [
      '41-47 bad-setting: The architecture must be "riscv32" or "riscv64" or "aarch32" or "arm_hyp" or "aarch64" or "ia32" or "x86_64".',
    ]);
    assert.deepEqual(problemsOf('"architecture": "arm11"'), [
      '41-48 bad-setting: "arm11" is called "aarch32" or "arm_hyp" here.',
    ]);
  });

  it('is one that the board does not have', () => {
    assert.deepEqual(problemsOf('"board": "virt", "architecture": "aarch64"'), [
      '58-67 board-architecture: The board "virt" is riscv32, and the architecture is aarch64. Take out "board", since no emulated board has that architecture, or set the architecture to "riscv32".',
    ]);
    assert.deepEqual(problemsOf('"board": "virt", "architecture": "riscv32"'), []);
  });

  it('may be the board of a tree that is configured for another one', () => {
    const { diagnostics } = readProject(
      '/t/x.camkes',
      filesInMemory({
        '/t/cantrip.json': '{ "program": "x.camkes", "board": "nexus" }',
        '/t/CMakeLists.txt': `set(AARCH64 ON)\n${lists}`,
        '/t/x.camkes': '',
      }),
    );
    assert.deepEqual(
      diagnostics.map(({ file, range, code, related }) => [
        `${file}:${String(range.start.character)}`,
        code,
        related?.map((place) => place.file),
      ]),
      [['/t/cantrip.json:34', 'board-architecture', ['/t/CMakeLists.txt']]],
    );
  });
});
