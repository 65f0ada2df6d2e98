/**
 * The device tree that a kernel is built with: the source of its platform, and the overlays that the kernel puts
 * behind it. Which those are, the kernel's own build file of the platform says (seL4 src/plat/<chip>/config.cmake),
 * so it is run as far as we understand it.
 */
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { evaluateCmakeFile, newCmakeFacts, type CmakeFacts } from './cmake-evaluate.js';

/** The tree first, then its overlays; empty where the kernel is not there, or has no tree of the platform. */
export function kernelTrees(
  { variables, files: read }: CmakeFacts,
  platform: string,
  kernel: string,
  files: SourceFiles,
): string[] {
  const facts = newCmakeFacts({ ...Object.fromEntries(variables), KernelPlatform: platform });
  facts.variables.delete('KernelDTSList');
  const folder = folderOfPlatform.get(platform) ?? platform;
  evaluateCmakeFile(facts, joinPath(kernel, 'src/plat', folder, 'config.cmake'), files);
  read.push(...facts.files);
  const isThere = (path: string): boolean => files.readText(path) !== undefined;
  const plain = [platform, facts.variables.get('KernelARMPlatform') ?? platform]
    .map((name) => joinPath(kernel, 'tools/dts', `${name}.dts`))
    .find(isThere);
  const listed = [
    facts.variables.get('KernelDTSList') ?? '',
    facts.variables.get('KernelCustomDTSOverlay') ?? '',
  ]
    .flatMap((list) => list.split(';'))
    .filter((path) => path !== '')
    .map((path) => (/^([A-Za-z]:)?\//.test(path) ? joinPath(path) : joinPath(kernel, path)))
    .filter(isThere);
  const [first, ...rest] = listed;
  if (first !== undefined && !isOverlay(first)) return [first, ...rest];
  // The tree itself is made by the build, or nothing was understood of it.
  return plain === undefined ? [] : [plain, ...listed.filter((path) => path !== plain)];
}

const isOverlay = (path: string): boolean => /(^|[/-])overlay-[^/]*$/.test(path);

/** Where the folder has another name than the platform. */
const folderOfPlatform: ReadonlyMap<string, string> = new Map([
  ['hifive-p550', 'eswin'],
  ['bananapi-f3', 'spacemit-k1'],
  ['imx8mm-evk', 'imx8m-evk'],
  ['imx8mp-evk', 'imx8m-evk'],
  ['imx8mq-evk', 'imx8m-evk'],
]);
