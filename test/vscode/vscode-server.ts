/**
 * Starts VS Code's own server in a folder of its own, so that no setting or extension of the person
 * who runs the tests takes part. `--enable-smoke-test-driver` is what makes a built VS Code honour
 * `extensionTestsPath` in the page's address; without it that is ignored in silence.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { HostFailure } from './host-failure.js';
import type { VSCodeInstall } from './vscode-install.js';

const startTimeoutMs = 120_000;

const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.editor.enablePreview': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'npm.autoDetect': 'off',
  'grunt.autoDetect': 'off',
  'gulp.autoDetect': 'off',
  'jake.autoDetect': 'off',
  'files.hotExit': 'off',
  // In a browser VS Code saves by itself, so nothing could be reverted.
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'window.confirmBeforeClose': 'never',
  'window.restoreWindows': 'none',
  'editor.minimap.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.hover.delay': 100,
  'editor.cursorBlinking': 'solid',
  'debug.toolBarLocation': 'floating',
  'debug.console.closeOnEnd': false,
  'terminal.integrated.gpuAcceleration': 'off',
  'remote.autoForwardPorts': false,
  'remote.restoreForwardedPorts': false,
  'http.proxySupport': 'off',
  'json.schemaDownload.enable': false,
};

export interface ServerOptions {
  readonly install: VSCodeInstall;
  /** Everything that the server writes goes below this folder. */
  readonly home: string;
  /** Installed before the start when given. */
  readonly vsix?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface VSCodeServer {
  /** `127.0.0.1:port`, the authority of `vscode-remote:` addresses. */
  readonly authority: string;
  /** The page that opens a folder; `payload` as the workbench takes it, a list of pairs. */
  address(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** A file on disk as the workbench names it. */
  uri(file: string): string;
  stop(): Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<VSCodeServer> {
  const { install, home, vsix } = options;
  const folders = foldersBelow(home);
  mkdirSync(path.join(home, 'user/User'), { recursive: true });
  writeFileSync(path.join(home, 'user/User/settings.json'), JSON.stringify(settings, null, 2));
  if (vsix !== undefined) installExtension(install, home, vsix);
  const port = options.port ?? (await freePort());
  const server = spawn(
    install.node,
    [
      install.serverMain,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'],
      '--enable-smoke-test-driver',
      ...folders,
    ],
    {
      // An empty gallery keeps the server from asking open-vsx.org.
      env: {
        ...process.env,
        ...options.env,
        EXTENSIONS_GALLERY: '{}',
        HOME: home,
        XDG_CONFIG_HOME: path.join(home, 'xdg'),
        XDG_DATA_HOME: path.join(home, 'xdg'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group, so that the extension host ends with its server.
      detached: true,
    },
  );
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (data: Buffer): void => {
      output += data.toString();
      if (output.includes('Extension host agent listening on')) resolve();
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) =>
      reject(new HostFailure(`The VS Code server ended with code ${String(code)}:\n${output}`)),
    );
    setTimeout(
      () => reject(new HostFailure(`The VS Code server did not start:\n${output}`)),
      startTimeoutMs,
    ).unref();
  });
  const authority = `127.0.0.1:${port}`;
  return {
    authority,
    address: (folder, payload = []) =>
      `http://${authority}/?folder=${encodeURIComponent(folder)}` +
      `&payload=${encodeURIComponent(JSON.stringify(payload))}`,
    uri: (file) => `vscode-remote://${authority}${file}`,
    stop: async () => {
      if (server.exitCode !== null || server.pid === undefined) return;
      const group = -server.pid;
      const gone = new Promise((resolve) => server.once('exit', resolve));
      signal(group, 'SIGTERM');
      const impatient = setTimeout(() => signal(group, 'SIGKILL'), 5000);
      await gone;
      clearTimeout(impatient);
    },
  };
}

/** Installs a .vsix below `home` and returns the folder of the unpacked extension. */
export function installExtension(install: VSCodeInstall, home: string, vsix: string): string {
  const extensions = path.join(home, 'extensions');
  mkdirSync(extensions, { recursive: true });
  const { status, stdout, stderr } = spawnSync(
    install.node,
    [
      install.serverMain,
      '--accept-server-license-terms',
      ...foldersBelow(home),
      '--install-extension',
      vsix,
    ],
    { encoding: 'utf8', env: { ...process.env, EXTENSIONS_GALLERY: '{}', HOME: home } },
  );
  const folder =
    status === 0
      ? readdirSync(extensions).find((name) => name.startsWith('cantripos.cantripos-'))
      : undefined;
  if (folder === undefined) {
    // Loggers that were not compiled complain first, at length.
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => /extension|vsix/i.test(line));
    throw new Error(`VS Code refused ${vsix}:\n${lines.join('\n')}`);
  }
  return path.join(extensions, folder);
}

function foldersBelow(home: string): string[] {
  return [
    ...['--server-data-dir', path.join(home, 'server')],
    ...['--user-data-dir', path.join(home, 'user')],
    ...['--extensions-dir', path.join(home, 'extensions')],
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new HostFailure('The system gave no free port.'));
      });
    });
  });
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(group, name);
  } catch {
    // The group has ended by itself.
  }
}
