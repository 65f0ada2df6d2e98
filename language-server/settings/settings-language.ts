/** `cantrip.json`: what the reader of the settings says. Completion and hover are the JSON schema's. */
import { readCantripJson } from '../../runtime/toolchain/settings/cantrip-json.js';
import type { Language } from '../language.js';
import type { Workspace } from '../workspace.js';

export function settingsLanguage({ documents }: Workspace): Language {
  return {
    programsOf: (file) => {
      const text = documents.readText(file);
      if (text === undefined) return [];
      return [{ root: file, files: [file], diagnostics: readCantripJson(file, text).diagnostics }];
    },
  };
}
