/** Texts that no client has as a file: those of the root server and of the support library of guest programs. */
import { fail, ok } from '../../runtime/base/result.js';
import { builtinSources } from '../../runtime/toolchain/builtin-sources.js';
import { integer, optional, shape, text } from '../arguments.js';
import { request, type Handlers } from '../context.js';
import { builtinPathOf } from '../model/source-paths.js';

export const sourceHandlers: Handlers = {
  source: request(
    shape({ source: optional(shape({ path: optional(text) })), sourceReference: integer }),
    (_, { source, sourceReference }) => {
      const path = builtinPathOf(sourceReference) ?? source?.path;
      const content = path === undefined ? undefined : builtinSources.get(path);
      if (content === undefined) return fail('There is no source of this number.');
      return ok({ content });
    },
  ),
};
