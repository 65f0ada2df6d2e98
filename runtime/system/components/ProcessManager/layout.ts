// Where things of an application lie in its address space: its sections as the image says, and above them a guard page,
// the stack, a guard page, the IPC buffer, and the page with parameters for the SDK. All of it is mapped by one page table.
import { BundleImage, FileType, SectionFlag } from './bundle-image';
import { Manifest } from './manifest';

export const PAGE_BYTES: u32 = 4096;
/** What one page table maps. */
const SPAN_BYTES: u32 = 0x40_0000;
const MOST_STACK_PAGES: u32 = 64;

export class Layout {
  /** What is wrong with it; empty for nothing. */
  error: string = '';
  /** Pages of all sections, one section after the other. */
  imagePages: u32 = 0;
  stackPages: u32 = 0;
  stackStart: u32 = 0;
  ipcBuffer: u32 = 0;
  parameters: u32 = 0;
  /** Where the page table begins. */
  spanStart: u32 = 0;

  constructor(image: BundleImage, manifest: Manifest) {
    this.stackPages = pagesOf(manifest.stackBytes);
    this.check(image);
  }

  get stackEnd(): u32 {
    return this.stackStart + this.stackPages * PAGE_BYTES;
  }

  private check(image: BundleImage): void {
    let sections = image.sections;
    let top: u32 = 0;
    let bottom = u32.MAX_VALUE;
    if (image.fileType != FileType.APPLICATION) {
      this.error = 'it is no application';
      return;
    }
    for (let index = 0; index < sections.length; index++) {
      let section = sections[index];
      let first = section.address / PAGE_BYTES;
      let last = lastPage(section.address, section.memoryBytes);
      for (let other = 0; other < index; other++) {
        let before = sections[other];
        let beforeLast = lastPage(before.address, before.memoryBytes);
        if (first <= beforeLast && before.address / PAGE_BYTES <= last) {
          this.error = 'two sections share a page';
          return;
        }
      }
      let both = SectionFlag.WRITE | SectionFlag.EXECUTE;
      if ((section.flags & both) == both) this.error = 'a section is writable and executable';
      bottom = min(bottom, first);
      top = max(top, last + 1);
      this.imagePages += last + 1 - first;
    }
    if (bottom == 0) this.error = 'a section has the first page';
    if (this.stackPages > MOST_STACK_PAGES) this.error = 'its stack is too large';
    this.spanStart = (bottom * PAGE_BYTES) & ~(SPAN_BYTES - 1);
    let end = this.spanStart / PAGE_BYTES + SPAN_BYTES / PAGE_BYTES;
    if (this.error.length == 0 && top + this.stackPages + 4 > end)
      this.error = 'it is larger than what one page table maps';
    this.stackStart = (top + 1) * PAGE_BYTES;
    this.ipcBuffer = this.stackEnd + PAGE_BYTES;
    this.parameters = this.ipcBuffer + PAGE_BYTES;
  }
}

export function pagesOf(bytes: u32): u32 {
  return (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
}

function lastPage(address: u32, bytes: u32): u32 {
  return (address + max<u32>(bytes, 1) - 1) / PAGE_BYTES;
}
