/**
 * What a component in guest TypeScript imports of its module `camkes`, and what that does not have: the interface of the
 * component that is not connected in this instance, the attribute without a value. The compiler knows nothing of either.
 */
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { Place } from '../text/source-line.js';
import { nearestName } from '../text/suggest.js';

/** The same diagnostics, where those of such names say why. */
export const tellMissingImports = (
  bindings: InstanceBindings,
  diagnostics: readonly Diagnostic[],
): Diagnostic[] =>
  diagnostics.map((each) => {
    const name = missingIn(each);
    return name === undefined ? each : reasonOf(bindings, name, each);
  });

function missingIn({ code, message }: Diagnostic): string | undefined {
  if (code !== 'ts-2305') return undefined;
  return /^Module 'camkes' has no exported member '(.+)'\.$/.exec(message)?.[1];
}

function reasonOf(
  { instance, ends, attributes, ...bindings }: InstanceBindings,
  name: string,
  told: Diagnostic,
): Diagnostic {
  const { component } = instance;
  const declared = component.interfaces.find((each) => each.name === name);
  if (declared !== undefined) {
    // Where it is connected, something is wrong there, or its connector has nothing for guest TypeScript.
    if (ends.some(({ end }) => end.interface.name === name)) return told;
    return {
      ...told,
      code: 'import-unconnected',
      message: `\`${name}\` of \`${instance.name}\` is not connected, so the module camkes has nothing of it. Connect it in the assembly, or give what needs it to a component of its own.`,
      related: [{ ...placeOf(declared.place), message: 'The interface is declared here.' }],
    };
  }
  const attribute = component.attributes.find((each) => each.name === name);
  if (attribute !== undefined)
    return {
      ...told,
      code: 'import-without-value',
      message: `\`${name}\` of \`${instance.name}\` has no value. Set \`${instance.name}.${name} = …;\` in the configuration, or declare the attribute with a default.`,
      related: [{ ...placeOf(attribute.place), message: 'The attribute is declared here.' }],
    };
  const near = nearestName(name, [
    ...ends.map(({ end }) => end.interface.name),
    ...attributes.map(({ declaration }) => declaration.name),
    ...[...bindings.mutexes, ...bindings.semaphores, ...bindings.binarySemaphores].map(
      (each) => each.name,
    ),
    'instanceName',
  ]);
  return near === undefined
    ? told
    : { ...told, message: `${told.message} Did you mean \`${near}\`?` };
}

const placeOf = ({ file, range }: Place): Pick<Diagnostic, 'file' | 'range'> => ({ file, range });
