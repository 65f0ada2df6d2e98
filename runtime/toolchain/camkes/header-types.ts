/**
 * Types of methods that C headers declare. A procedure has those of the headers that it includes, and of those that
 * the components with such an interface include, since in C they come before its functions, too.
 */
import { cTypeOf } from '../components/c-types.js';
import type { HeaderType } from '../c-headers/header-type.js';
import type { HeaderTypes } from '../c-headers/read-declarations.js';
import type { HeaderOptions, NamedHeader, ReadHeaders } from '../c-headers/read-headers.js';
import { readHeaders } from '../c-headers/read-headers.js';
import type { SourceFiles } from '../text/source-files.js';
import { includesOf, type Lift } from './lift.js';
import { appendTo } from './multi-map.js';
import type { Names } from './resolve.js';
import { membersOfKind, type CamkesSymbol } from './symbol.js';

type ProcedureSymbol = CamkesSymbol<'procedure'>;

export function headerTypesOf(
  names: Names,
  files: SourceFiles,
  options: HeaderOptions,
): Lift['headerTypes'] {
  let users: ReadonlyMap<CamkesSymbol, readonly CamkesSymbol<'component'>[]> | undefined;
  const read = new Map<string, ReadHeaders>();
  return (procedure) => {
    const wanted = typesOf(procedure).filter((type) => !isOfCamkes(type));
    if (wanted.length === 0) return new Map();
    users ??= usersOf(names);
    const headers = [procedure, ...(users.get(procedure) ?? [])].flatMap(headersOf);
    const key = JSON.stringify(headers);
    const found = read.get(key) ?? readHeaders(headers, files, options);
    read.set(key, found);
    return new Map(wanted.map((type) => [type, typeIn(found, type, procedure, headers)]));
  };
}

const isOfCamkes = (type: string): boolean =>
  type === 'void' || type === 'string' || type === '' || cTypeOf(type) !== undefined;

function typesOf(procedure: ProcedureSymbol): string[] {
  const types = membersOfKind(procedure, 'method').flatMap(({ node }) => [
    node.returns.text,
    ...node.parameters.map(({ type }) => type.text),
  ]);
  return [...new Set(types)];
}

function usersOf({ items }: Names): Map<CamkesSymbol, CamkesSymbol<'component'>[]> {
  const users = new Map<CamkesSymbol, CamkesSymbol<'component'>[]>();
  for (const symbol of items) {
    if (symbol.kind !== 'component') continue;
    for (const { type } of membersOfKind(symbol, 'interface'))
      if (type?.kind === 'procedure') appendTo(users, type, symbol);
  }
  return users;
}

const headersOf = ({
  node,
  file,
}: ProcedureSymbol | CamkesSymbol<'component'>): readonly NamedHeader[] =>
  includesOf(node.members).map(({ path, style }) => ({ path, style, from: file.path }));

function typeIn(
  { types, missing }: ReadHeaders & { readonly types: HeaderTypes },
  name: string,
  procedure: ProcedureSymbol,
  headers: readonly NamedHeader[],
): HeaderType {
  const found = types.get(name);
  if (found?.kind === 'array')
    return { kind: 'unknown', why: 'is an array, which C does not pass by value' };
  if (found !== undefined) return found;
  const list = (paths: readonly string[]): string =>
    [...new Set(paths)].map((path) => `\`${path}\``).join(', ');
  if (headers.length === 0)
    return {
      kind: 'unknown',
      why: `is declared nowhere: write \`include "HEADER.h";\` into \`${procedure.name}\``,
    };
  const absent = missing.length === 0 ? '' : `, of which ${list(missing)} is not there`;
  return {
    kind: 'unknown',
    why: `is declared in none of the headers that it includes (${list(headers.map(({ path }) => path))})${absent}`,
  };
}
