/**
 * Copies a sample workspace to a folder of the user's and opens it there: an extension's own folder is
 * replaced at each update, so nobody should edit in it.
 */
import * as vscode from 'vscode';

interface Sample {
  /** The folder below `extension/samples`. */
  readonly folder: string;
  readonly label: string;
  readonly detail: string;
}

const samples: readonly Sample[] = [
  {
    folder: 'cantripos',
    label: 'CantripOS',
    detail: 'The whole system for board nexus: drivers, services, a shell, and applications.',
  },
  {
    folder: 'hello',
    label: 'A root task in assembly',
    detail: 'One file that prints, makes kernel objects, starts a thread and answers its calls.',
  },
  {
    folder: 'camkes',
    label: 'A weather station in CAmkES',
    detail: 'Components, what connects them, and the capabilities that it becomes.',
  },
  {
    folder: 'rpc',
    label: 'Calls between components in guest TypeScript',
    detail: 'Two clients, a server, and the messages between their address spaces.',
  },
  {
    folder: 'event',
    label: 'From an interrupt to an event in guest TypeScript',
    detail:
      'A driver of the timer with its registers and its interrupt, and a component that it tells.',
  },
  {
    folder: 'capsule',
    label: 'One system, in one address space and in several',
    detail: 'Components in guest TypeScript that call each other directly, or through the kernel.',
  },
  {
    folder: 'c',
    label: 'Components in C',
    detail:
      'Compiled by GCC where it is installed: strings, arrays and numbers between two address spaces.',
  },
  {
    folder: 'asm',
    label: 'Components in assembly',
    detail:
      'A client calls a calculator in another address space, and tells a watcher when it is done.',
  },
];

/** The command takes the name of a sample; without one it asks for it. */
export function registerSample(extensionUri: vscode.Uri): vscode.Disposable {
  const parent = vscode.Uri.joinPath(extensionUri, 'extension', 'samples');
  return vscode.commands.registerCommand('cantrip.openSample', async (name?: unknown) => {
    const sample = samples.find(({ folder }) => folder === name) ?? (await chooseSample());
    if (sample !== undefined) await openSample(vscode.Uri.joinPath(parent, sample.folder), sample);
  });
}

function chooseSample(): Thenable<Sample | undefined> {
  return vscode.window.showQuickPick(samples, {
    title: 'CantripOS',
    placeHolder: 'Which sample do you want to open?',
  });
}

async function openSample(source: vscode.Uri, { folder }: Sample): Promise<void> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: 'Where should the sample go?',
      openLabel: 'Put the Sample Here',
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
    })) ?? [];
  if (parent === undefined) return;
  const target = await freeName(parent, `cantrip-${folder}`);
  try {
    await vscode.workspace.fs.copy(source, target);
  } catch (error) {
    void vscode.window.showErrorMessage(
      `The sample could not be copied to ${target.fsPath}: ${String(error)}. Choose a folder that you may write to.`,
    );
    return;
  }
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: false });
}

/** `name`, or `name-2`, `name-3` … where it is taken. */
async function freeName(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(parent)).map(([entry]) => entry));
  let candidate = name;
  for (let n = 2; taken.has(candidate); n += 1) candidate = `${name}-${n}`;
  return vscode.Uri.joinPath(parent, candidate);
}
