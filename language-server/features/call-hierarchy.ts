/** Who calls whom along the connections of a system. An item carries what its language needs to go on. */
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  Position,
} from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { CallItem, Language } from '../language.js';

export function callItemsAt(
  language: Language,
  file: string,
  position: Position,
  documents: Documents,
): CallHierarchyItem[] {
  return (language.callItems?.(file, position) ?? []).map((item) => toProtocol(item, documents));
}

export function incomingCalls(
  language: Language,
  item: CallHierarchyItem,
  documents: Documents,
): CallHierarchyIncomingCall[] {
  return (language.callsTo?.(fromProtocol(item, documents)) ?? []).map(({ other, places }) => ({
    from: toProtocol(other, documents),
    fromRanges: [...places],
  }));
}

export function outgoingCalls(
  language: Language,
  item: CallHierarchyItem,
  documents: Documents,
): CallHierarchyOutgoingCall[] {
  return (language.callsFrom?.(fromProtocol(item, documents)) ?? []).map(({ other, places }) => ({
    to: toProtocol(other, documents),
    fromRanges: [...places],
  }));
}

function toProtocol(item: CallItem, documents: Documents): CallHierarchyItem {
  const { name, detail, kind, file, range, selection, key } = item;
  const uri = documents.uriOf(file);
  return { name, detail, kind, uri, range, selectionRange: selection, data: key };
}

function fromProtocol(item: CallHierarchyItem, documents: Documents): CallItem {
  const { name, kind, uri, range, selectionRange } = item;
  const data: unknown = item.data;
  return {
    name,
    detail: item.detail ?? '',
    kind,
    file: documents.pathOf(uri),
    range,
    selection: selectionRange,
    key: typeof data === 'string' ? data : '',
  };
}
