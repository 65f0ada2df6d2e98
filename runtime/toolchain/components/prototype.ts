/** How C declares the functions of a procedure: the same types and order as the reference tools give. */
import type { MethodType } from '../camkes/system.js';
import { spellingInC } from './c-types.js';

export function prototypeOf(symbol: string, method: MethodType): string {
  const parameters = method.parameters.flatMap(({ name, direction, type, isArray }) => {
    const spelt = spellingInC(type);
    const pointer = type === 'string' ? 'char ' : `${spelt} `;
    const constant = direction === 'refin' ? 'const ' : '';
    if (direction === 'in') {
      if (isArray)
        return [
          `size_t ${name}_sz`,
          type === 'string' ? `char **${name}` : `const ${spelt} *${name}`,
        ];
      return [type === 'string' ? `const char *${name}` : `${spelt} ${name}`];
    }
    if (isArray)
      return [
        `${constant}size_t *${name}_sz`,
        type === 'string' ? `char ***${name}` : `${spelt} **${name}`,
      ];
    return [
      type === 'string'
        ? `${pointer}**${name}`.replace('char  ', 'char ')
        : `${constant}${spelt} *${name}`,
    ];
  });
  const returns = method.returns === 'string' ? 'char *' : `${spellingInC(method.returns)} `;
  return `${returns}${symbol}(${parameters.length === 0 ? 'void' : parameters.join(', ')})`;
}
