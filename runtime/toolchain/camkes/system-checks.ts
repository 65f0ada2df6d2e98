/**
 * What is wrong with a resolved system although it can be resolved: things that the reference tools find when
 * templates are rendered, when programs are linked or when the system boots, or never. A value that is not known
 * is never wrong.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import { checkConnections } from './checks/connection-checks.js';
import { checkHardware } from './checks/hardware-checks.js';
import { checkMessages } from './checks/message-checks.js';
import { checkSettings } from './checks/setting-checks.js';
import { compileAssembly, type CompileOptions } from './compile.js';
import type { CamkesSystem } from './system.js';

export const checkSystem = (system: CamkesSystem, options: CompileOptions = {}): Diagnostic[] => [
  ...checkSettings(system),
  ...checkHardware(system),
  ...checkConnections(system),
  ...checkMessages(system),
  ...checkCNodeSizes(system, options),
];

/** How many capabilities there are only the compiler knows. */
function checkCNodeSizes(system: CamkesSystem, options: CompileOptions): readonly Diagnostic[] {
  const isSized = [...system.instances, ...system.connections].some(({ settings }) =>
    settings.has('cnode_size_bits'),
  );
  const isGroupSized = system.looseSettings.some(
    ({ attribute }) => attribute === 'cnode_size_bits',
  );
  if (!isSized && !isGroupSized) return [];
  return compileAssembly(system, options).diagnostics.filter(
    ({ code }) => code === 'cnode-too-small',
  );
}
