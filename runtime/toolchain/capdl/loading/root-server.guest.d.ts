/** The objects of the root server. The build of the tools makes this module with the guest compiler: see esbuild.mjs. */
import type { ObjectFile } from '../../object-file.js';

declare const rootServer: () => readonly ObjectFile[];
export default rootServer;
