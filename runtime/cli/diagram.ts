/** `cantrip diagram`: the components of an assembly and what connects them, as text or as a picture. */
import { hasErrors } from '../toolchain/build.js';
import { diagnosticsOf, readSystem } from '../toolchain/camkes/read-system.js';
import { componentDiagram } from '../toolchain/diagram/component-diagram.js';
import { layoutDiagram } from '../toolchain/diagram/diagram-layout.js';
import { diagramSvg } from '../toolchain/diagram/diagram-svg.js';
import { diagramTable } from '../toolchain/diagram/diagram-table.js';
import type { ParsedArguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath, writeOutput } from './disk.js';
import { printError, printJson, printOut } from './output.js';
import { architectureOption, chosenArchitecture } from './platform-options.js';
import { programOf } from './specification.js';

export const diagram: Command = {
  name: 'diagram',
  summary: 'Show the components of a CAmkES assembly and their connections.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    architectureOption,
    { name: '--svg', help: 'A picture instead of a table.' },
    { name: '-o', value: 'FILE', help: 'Write it there instead of to standard output.' },
    { name: '--json', help: 'Print one JSON document.' },
  ],
  run: runDiagram,
};

async function runDiagram(parsed: ParsedArguments): Promise<ExitCode> {
  const { operands, options } = parsed;
  const source = programOf(displayPath(operands[0] ?? '.'));
  const reading = readSystem(source, diskFiles, chosenArchitecture(parsed));
  const { analysis } = reading;
  const diagnostics = diagnosticsOf(reading);
  printDiagnostics(diagnostics);
  if (analysis.system === undefined) {
    printError(
      `${source} has no assembly; name the file that has one, or a folder with a cantrip.json.`,
    );
    return 1;
  }
  const view = componentDiagram(analysis.system, diagnostics);
  const output = options.get('-o');
  const write = (text: string): void =>
    output === undefined ? printOut(text) : writeOutput(output, text);
  if (options.has('--json')) printJson(view);
  else if (options.has('--svg')) write(diagramSvg(view, await layoutDiagram(view)));
  else write(diagramTable(view));
  return hasErrors(diagnostics) ? 1 : 0;
}
