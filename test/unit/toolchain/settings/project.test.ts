import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readProjectTree } from '../../../../runtime/toolchain/devicetree/project-tree.js';
import { readProject } from '../../../../runtime/toolchain/settings/project.js';
import { filesInMemory } from '../../../support/files-in-memory.js';

const cantripTree = {
  '/tree/easy-settings.cmake': `
    set(CAPDL_LOADER_APP "cantrip-os-rootserver" CACHE STRING "")
    set(CAmkESDefaultStackSize "4096" CACHE STRING "Stack size")
    set(KernelIsMCS ON CACHE BOOL "")`,
  '/tree/apps/system/CMakeLists.txt': `
    CAmkESAddImportPath(components platforms/\${KernelPlatform}/components)
    CAmkESAddCPPInclude(\${CMAKE_CURRENT_LIST_DIR}/platforms/\${KernelPlatform})
    DeclareCAmkESRootserver(platforms/\${KernelPlatform}/system.camkes)`,
  '/tree/apps/system/platforms/nexus/system.camkes': '',
  '/tree/apps/system/platforms/sparrow/system.camkes': '',
};

describe('the project of a source', () => {
  it('has the device tree that is named, else that of the emulated board', () => {
    const treeOf = (settings: string): string | undefined =>
      readProject('/a/x.camkes', filesInMemory({ '/a/cantrip.json': settings })).deviceTree;
    assert.equal(treeOf('{ "program": "x.camkes", "deviceTree": "b/my.dts" }'), '/a/b/my.dts');
    assert.equal(treeOf('{ "program": "x.camkes", "board": "virt" }'), 'builtin:/boards/virt.dts');
    assert.equal(treeOf('{ "program": "x.camkes" }'), 'builtin:/boards/nexus.dts');
    assert.equal(readProject('/a/x.camkes', filesInMemory({})).deviceTree, undefined);
  });

  it('takes the device tree of a CMake build, or that of the kernel beside it', () => {
    const lists = 'DeclareCAmkESRootserver(x.camkes) # camkes';
    const custom = filesInMemory({
      '/t/CMakeLists.txt': `set(KernelCustomDTS "\${CMAKE_CURRENT_LIST_DIR}/my.dts")\n${lists}`,
      '/t/x.camkes': '',
    });
    assert.equal(readProject('/t/x.camkes', custom).deviceTree, '/t/my.dts');
    const kernel = filesInMemory({
      '/t/app/CMakeLists.txt': `set(KernelPlatform tx2)\n${lists}`,
      '/t/app/x.camkes': '',
      '/t/kernel/tools/dts/tx2.dts': '/ { };',
    });
    assert.equal(readProject('/t/app/x.camkes', kernel).deviceTree, '/t/kernel/tools/dts/tx2.dts');
  });

  it('is what the nearest cantrip.json says, relative to its folder', () => {
    const files = filesInMemory({
      '/a/cantrip.json':
        '{ "program": "system.camkes", "dialect": "sparrow", "importPaths": ["parts"], "includePaths": ["/inc"], "defines": { "N": 2, "ON": true } }',
    });
    const project = readProject('/a/parts/deep/x.camkes', files);
    assert.deepEqual(
      {
        kind: project.kind,
        folder: project.folder,
        dialect: project.dialect,
        assemblies: project.assemblies,
        importPaths: project.importPaths,
        includePaths: project.includePaths,
        defines: project.defines,
      },
      {
        kind: 'cantrip.json',
        folder: '/a',
        dialect: 'sparrow',
        assemblies: ['/a/system.camkes'],
        importPaths: ['/a/parts'],
        includePaths: ['/inc'],
        defines: { N: '2', ON: '1' },
      },
    );
  });

  it('of a platform whose folder declares components, too, is what the folder around it says', () => {
    const project = readProject(
      '/tree/apps/system/platforms/sparrow/system.camkes',
      filesInMemory({
        ...cantripTree,
        '/tree/apps/system/platforms/sparrow/CMakeLists.txt': 'DeclareCAmkESComponent(Timer)',
      }),
    );
    assert.equal(project.folder, '/tree/apps/system');
  });

  it('of a CantripOS tree has its dialect, board and paths, for the platform of the file', () => {
    const project = readProject(
      '/tree/apps/system/platforms/sparrow/system.camkes',
      filesInMemory(cantripTree),
    );
    assert.deepEqual(
      {
        dialect: project.dialect,
        board: project.board,
        importPaths: project.importPaths,
        includePaths: project.includePaths,
        assemblies: project.assemblies,
        stack: project.defaultStackBytes,
        isMcs: project.isMcs,
      },
      {
        dialect: 'sparrow',
        board: 'nexus',
        importPaths: [
          '/tree/apps/system/components',
          '/tree/apps/system/platforms/sparrow/components',
        ],
        includePaths: ['/tree/apps/system/platforms/sparrow'],
        assemblies: ['/tree/apps/system/platforms/sparrow/system.camkes'],
        stack: 4096,
        isMcs: true,
      },
    );
  });

  it('is the same for a relative path, with relative paths', () => {
    const relative = Object.fromEntries(
      Object.entries(cantripTree).map(([path, text]) => [path.replace('/tree/apps/', ''), text]),
    );
    const project = readProject('system/platforms/nexus/system.camkes', filesInMemory(relative));
    assert.deepEqual(project.importPaths, [
      'system/components',
      'system/platforms/nexus/components',
    ]);
    assert.deepEqual(project.includePaths, ['system/platforms/nexus']);
    assert.deepEqual(project.assemblies, ['system/platforms/nexus/system.camkes']);
  });

  it('of a file that all platforms share is seen as nexus', () => {
    const project = readProject(
      '/tree/apps/system/components/A/A.camkes',
      filesInMemory(cantripTree),
    );
    assert.deepEqual(project.assemblies, ['/tree/apps/system/platforms/nexus/system.camkes']);
  });

  it('of an upstream application takes flags and the library beside it', () => {
    const files = filesInMemory({
      '/camkes/apps/x/CMakeLists.txt': `
        includeGlobalComponents()
        set(flags -DSABRE)
        if(KernelPlatformTx2)
          DeclareCAmkESRootserver(tx2.camkes)
        else()
          DeclareCAmkESRootserver(x.camkes CPP_FLAGS \${flags} -DSIZE=\\"8\\" CPP_INCLUDES include)
        endif()`,
      '/camkes/apps/x/x.camkes': '',
      '/camkes/projects/global-components/global-components.cmake':
        'CAmkESAddImportPath(components)',
    });
    const project = readProject('/camkes/apps/x/x.camkes', files);
    assert.deepEqual(project.assemblies, ['/camkes/apps/x/x.camkes']);
    assert.deepEqual(project.defines, { SABRE: '1', SIZE: '"8"' });
    assert.deepEqual(project.includePaths, ['/camkes/apps/x/include']);
    assert.deepEqual(project.importPaths, ['/camkes/projects/global-components/components']);
    assert.equal(project.dialect, undefined);
  });

  it('of a CantripOS tree may add to it in a cantrip.json above', () => {
    const files = filesInMemory({
      ...cantripTree,
      '/tree/cantrip.json':
        '{ "program": "apps/system/platforms/sparrow/system.camkes", "includePaths": ["out"], "board": "virt" }',
    });
    const project = readProject('/tree/apps/system/platforms/sparrow/system.camkes', files);
    assert.equal(project.kind, 'cantrip.json');
    assert.equal(project.dialect, 'sparrow');
    assert.equal(project.board, 'virt');
    assert.deepEqual(project.includePaths, ['/tree/out', '/tree/apps/system/platforms/sparrow']);
    assert.equal(project.importPaths[0], '/tree/apps/system/components');
    assert.equal(project.defaultStackBytes, 4096);
  });

  it('of a lone file has its own folder to import from', () => {
    assert.deepEqual(readProject('x.camkes', filesInMemory({})).importPaths, [
      '',
      'components',
      'interfaces',
    ]);
    assert.equal(readProject('/x/y.camkes', filesInMemory({})).folder, '/x');
  });

  it('ends with CMake files that include each other', () => {
    const files = filesInMemory({
      '/a/CMakeLists.txt': 'include(b.cmake)\nCAmkESAddImportPath(c)',
      '/a/b.cmake': 'include(CMakeLists.txt)\nadd_subdirectory(.)',
    });
    assert.deepEqual(readProject('/a/x.camkes', files).importPaths, ['/a/c']);
  });
});

describe('the device tree of a kernel in the tree', () => {
  const kernel = {
    '/t/kernel/tools/dts/mini.dts': '/ { uart@10 { reg = <1>; }; };',
    '/t/kernel/src/plat/mini/overlay-mini.dts': '/ { uart@10 { reg = <2>; }; extra { }; };',
    '/t/kernel/src/plat/mini/overlay-mini-big.dts': '/ { big { }; };',
    '/t/kernel/src/plat/mini/config.cmake': `
      declare_platform(mini KernelPlatformMini PLAT_MINI KernelArchARM)
      if(KernelPlatformMini)
        declare_seL4_arch(aarch64 aarch32)
        config_set(KernelARMPlatform ARM_PLAT mini)
        list(APPEND KernelDTSList "tools/dts/\${KernelARMPlatform}.dts")
        list(APPEND KernelDTSList "src/plat/mini/overlay-mini.dts")
        if(KernelSel4ArchAarch64)
          list(APPEND KernelDTSList "src/plat/mini/overlay-mini-big.dts")
        endif()
      endif()`,
    '/t/app/x.camkes': '',
  };
  const projectWith = (settings: string, more: Readonly<Record<string, string>> = {}) => {
    const files = filesInMemory({
      ...kernel,
      '/t/app/CMakeLists.txt': `${settings}\nDeclareCAmkESRootserver(x.camkes) # camkes`,
      ...more,
    });
    const project = readProject('/t/app/x.camkes', files);
    const nodes = readProjectTree(project, files)?.tree?.nodes ?? [];
    return {
      project,
      paths: nodes.map(({ path }) => path),
      registers: nodes
        .find(({ path }) => path === '/uart@10')
        ?.properties.get('reg')
        ?.value.at(-1),
    };
  };

  it('has what the kernel puts over it for the platform and the architecture', () => {
    const wide = projectWith('set(KernelPlatform mini)');
    assert.deepEqual(wide.paths, ['/', '/uart@10', '/extra', '/big']);
    assert.equal(wide.registers, 2);
    const narrow = projectWith('set(KernelPlatform mini)\nset(AARCH32 ON)');
    assert.deepEqual(narrow.paths, ['/', '/uart@10', '/extra']);
    assert.ok(wide.project.files.includes('/t/kernel/src/plat/mini/config.cmake'));
  });

  it('is a custom one alone, or has a custom overlay behind the others', () => {
    const custom = { '/t/app/own.dts': '/ { own { }; };' };
    const own = '"${CMAKE_CURRENT_LIST_DIR}/own.dts"';
    const platform = 'set(KernelPlatform mini)';
    assert.deepEqual(projectWith(`${platform}\nset(KernelCustomDTS ${own})`, custom).paths, [
      '/',
      '/own',
    ]);
    assert.deepEqual(
      projectWith(`${platform}\nset(KernelCustomDTSOverlay ${own})`, custom).paths.at(-1),
      '/own',
    );
  });
});
