/**
 * What the client has open as folders, and the files of our languages in them. The scan is bounded and
 * leaves out what tools make: a folder too many costs one answer less, never a hang. Files that appear
 * later come from the client's watcher, or from opening them.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Documents } from './documents.js';

/** Names of the files that languages of ours can hold; headers are found through their inclusion. */
const sourceName = /(\.(camkes|idl4|cdl|S|s)|^cantrip\.json)$/;
/** Folders of tools and of builds: what is in them is made, and may be huge. */
const madeFolder = /^(\..*|node_modules|out|dist|target|__pycache__)$/;
const mostFiles = 5_000;
const mostFolders = 20_000;
const deepest = 24;

export class Workspace {
  readonly documents: Documents;
  private readonly folders = new Set<string>();
  private readonly found = new Set<string>();
  private scan: Promise<void> = Promise.resolve();

  constructor(documents: Documents) {
    this.documents = documents;
  }

  addFolders(uris: readonly string[]): void {
    for (const uri of uris) {
      const folder = this.documents.pathOf(uri);
      if (!path.isAbsolute(folder) || this.folders.has(folder)) continue;
      this.folders.add(folder);
      this.scan = this.scan.then(() => this.scanFolder(folder));
    }
  }

  removeFolders(uris: readonly string[]): void {
    for (const uri of uris) this.folders.delete(this.documents.pathOf(uri));
    for (const file of this.found) if (!this.isInside(file)) this.found.delete(file);
  }

  /** Files that the client saw appear or go. */
  noteCreated(file: string): void {
    if (sourceName.test(baseName(file)) && this.isInside(file)) this.found.add(file);
  }

  noteDeleted(file: string): void {
    this.found.delete(file);
  }

  /** Waits until the folders that are known so far have been looked through. */
  async ready(): Promise<void> {
    await this.scan;
  }

  /** The files found so far, and those that are open. */
  files(): string[] {
    return [...new Set([...this.found, ...this.documents.openPaths])].sort();
  }

  folderPaths(): string[] {
    return [...this.folders];
  }

  private isInside(file: string): boolean {
    return [...this.folders].some((folder) => file.startsWith(`${folder.replace(/\/$/, '')}/`));
  }

  private async scanFolder(root: string): Promise<void> {
    let waiting = [{ folder: root, depth: 0 }];
    let seen = 0;
    while (waiting.length > 0) {
      const next: typeof waiting = [];
      for (const { folder, depth } of waiting) {
        seen += 1;
        if (seen > mostFolders || this.found.size >= mostFiles || !this.folders.has(root)) return;
        // A folder that cannot be read holds nothing for us.
        const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
        for (const entry of entries) {
          const file = `${folder.replace(/\/$/, '')}/${entry.name}`;
          if (entry.isDirectory() && depth < deepest && !madeFolder.test(entry.name))
            next.push({ folder: file, depth: depth + 1 });
          else if (entry.isFile() && sourceName.test(entry.name) && this.found.size < mostFiles)
            this.found.add(file);
        }
      }
      waiting = next;
    }
  }
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
