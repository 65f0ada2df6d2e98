/** The device tree that a project names, or that its board has built in. */
import type { Project } from '../settings/project.js';
import type { SourceFiles } from '../text/source-files.js';
import { boardTreeText } from './board-trees.js';
import { readDeviceTree, type DeviceTreeFile } from './read.js';

export function readProjectTree(project: Project, files: SourceFiles): DeviceTreeFile | undefined {
  const { deviceTree: path, deviceTreeOverlays: overlays, settings } = project;
  const { defines, includePaths } = project;
  if (path === undefined) return undefined;
  const withBoards: SourceFiles = {
    readText: (name) => boardTreeText(name) ?? files.readText(name),
    readBytes: (name) => files.readBytes(name),
  };
  const read = readDeviceTree(path, withBoards, { defines, includePaths, overlays });
  const named = settings.deviceTree;
  const [settingsFile] = project.files;
  if (read.tree !== undefined || named === undefined || settingsFile === undefined) return read;
  // That there is no such file is a mistake of the settings.
  const diagnostics = read.diagnostics.map((diagnostic) =>
    diagnostic.code === 'file-missing'
      ? { ...diagnostic, file: settingsFile, range: named.range }
      : diagnostic,
  );
  return { ...read, diagnostics };
}
