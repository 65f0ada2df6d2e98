/** Where this program keeps what it can make again: the user's cache folder, never the workspace. */
import { homedir } from 'node:os';
import path from 'node:path';

/** `CANTRIP_CACHE` names another folder; empty, nothing is kept. */
export function cacheFolder(): string | undefined {
  const { env, platform } = process;
  const named = env['CANTRIP_CACHE'];
  if (named !== undefined) return named === '' ? undefined : named;
  if (platform === 'win32')
    return path.join(env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local'), 'cantripos');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'cantripos');
  return path.join(env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'cantripos');
}
