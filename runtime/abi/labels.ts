/**
 * Invocation labels. The numbers are positions in a list that grows with seL4 versions, so one table
 * carries every version: a row says since when it exists, and `labelTable` counts the rows of a version.
 * MCS, riscv32, one core, no hardware debugging. sel4-abi section 4.
 */
export type AbiVersion = 13 | 14 | 16;

export interface LabelRow {
  readonly name: LabelName;
  /** As the C library calls it, without `seL4_`: `CNode_Copy`. */
  readonly method: string;
  readonly since: AbiVersion;
  /** Extra capabilities, in order. */
  readonly caps: readonly string[];
  /** Message words, from MR0. */
  readonly words: readonly string[];
  /** Message words of the answer. */
  readonly results: readonly string[];
  readonly doc: string;
}

export type LabelName =
  | 'UntypedRetype'
  | 'TCBReadRegisters'
  | 'TCBWriteRegisters'
  | 'TCBCopyRegisters'
  | 'TCBConfigure'
  | 'TCBSetPriority'
  | 'TCBSetMCPriority'
  | 'TCBSetSchedParams'
  | 'TCBSetTimeoutEndpoint'
  | 'TCBSetIPCBuffer'
  | 'TCBSetSpace'
  | 'TCBSuspend'
  | 'TCBResume'
  | 'TCBBindNotification'
  | 'TCBUnbindNotification'
  | 'TCBSetTLSBase'
  | 'TCBSetFlags'
  | 'CNodeRevoke'
  | 'CNodeDelete'
  | 'CNodeCancelBadgedSends'
  | 'CNodeCopy'
  | 'CNodeMint'
  | 'CNodeMove'
  | 'CNodeMutate'
  | 'CNodeRotate'
  | 'IRQIssueIRQHandler'
  | 'IRQAckIRQ'
  | 'IRQSetIRQHandler'
  | 'IRQClearIRQHandler'
  | 'DomainSetSet'
  | 'DomainScheduleConfigure'
  | 'DomainScheduleSetStart'
  | 'SchedControlConfigureFlags'
  | 'SchedContextBind'
  | 'SchedContextUnbind'
  | 'SchedContextUnbindObject'
  | 'SchedContextConsumed'
  | 'SchedContextYieldTo'
  | 'RISCVPageTableMap'
  | 'RISCVPageTableUnmap'
  | 'RISCVPageMap'
  | 'RISCVPageUnmap'
  | 'RISCVPageGetAddress'
  | 'RISCVASIDControlMakePool'
  | 'RISCVASIDPoolAssign'
  | 'RISCVIRQIssueIRQHandlerTrigger';

const row = (
  name: LabelName,
  method: string,
  caps: string,
  words: string,
  doc: string,
  more: { readonly since?: AbiVersion; readonly results?: string } = {},
): LabelRow => ({
  name,
  method,
  since: more.since ?? 13,
  caps: split(caps),
  words: split(words),
  results: split(more.results ?? ''),
  doc,
});

const split = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));

const fromSlot = 'dest_index dest_depth src_index src_depth';

export const labelRows: readonly LabelRow[] = [
  row(
    'UntypedRetype',
    'Untyped_Retype',
    'root',
    'type size_bits node_index node_depth node_offset num_objects',
    'Makes objects from free memory and puts capabilities to them into slots.',
  ),
  row(
    'TCBReadRegisters',
    'TCB_ReadRegisters',
    '',
    'flags count',
    'Reads registers of a thread; flag bit 0 suspends it first.',
    { results: 'registers' },
  ),
  row(
    'TCBWriteRegisters',
    'TCB_WriteRegisters',
    '',
    'flags count registers',
    'Writes registers of a thread; flag bit 0 resumes it after.',
  ),
  row(
    'TCBCopyRegisters',
    'TCB_CopyRegisters',
    'source',
    'flags',
    'Copies registers between threads; flag bits: 0 suspend source, 1 resume target, 2 frame, 3 integer.',
  ),
  row(
    'TCBConfigure',
    'TCB_Configure',
    'cspace_root vspace_root buffer_frame',
    'cspace_root_data vspace_root_data buffer',
    'Sets the address spaces and the IPC buffer of a thread.',
  ),
  row(
    'TCBSetPriority',
    'TCB_SetPriority',
    'authority',
    'priority',
    'Sets the priority; at most the maximum controlled priority of the authority.',
  ),
  row(
    'TCBSetMCPriority',
    'TCB_SetMCPriority',
    'authority',
    'mcp',
    'Sets the highest priority that the thread may give to others.',
  ),
  row(
    'TCBSetSchedParams',
    'TCB_SetSchedParams',
    'authority sched_context fault_ep',
    'mcp priority',
    'Sets priorities, scheduling context and fault handler.',
  ),
  row(
    'TCBSetTimeoutEndpoint',
    'TCB_SetTimeoutEndpoint',
    'timeout_ep',
    '',
    'Sets who hears when the budget is used up.',
  ),
  row(
    'TCBSetIPCBuffer',
    'TCB_SetIPCBuffer',
    'buffer_frame',
    'buffer',
    'Sets the IPC buffer; address 0 removes it.',
  ),
  row(
    'TCBSetSpace',
    'TCB_SetSpace',
    'fault_ep cspace_root vspace_root',
    'cspace_root_data vspace_root_data',
    'Sets the fault handler and the address spaces.',
  ),
  row('TCBSuspend', 'TCB_Suspend', '', '', 'Stops a thread and takes it out of every queue.'),
  row('TCBResume', 'TCB_Resume', '', '', 'Lets a thread run; a blocked system call starts over.'),
  row(
    'TCBBindNotification',
    'TCB_BindNotification',
    'notification',
    '',
    'Lets signals wake the thread while it receives from an endpoint.',
  ),
  row('TCBUnbindNotification', 'TCB_UnbindNotification', '', '', 'Undoes BindNotification.'),
  row('TCBSetTLSBase', 'TCB_SetTLSBase', '', 'tls_base', 'Sets the register tp.'),
  row(
    'TCBSetFlags',
    'TCB_SetFlags',
    '',
    'clear set',
    'Clears, then sets flag bits; bit 0 disables the FPU.',
    { since: 14, results: 'flags' },
  ),
  row(
    'CNodeRevoke',
    'CNode_Revoke',
    '',
    'index depth',
    'Deletes every capability that was derived from this one.',
  ),
  row(
    'CNodeDelete',
    'CNode_Delete',
    '',
    'index depth',
    'Empties a slot; the last capability to an object destroys it.',
  ),
  row(
    'CNodeCancelBadgedSends',
    'CNode_CancelBadgedSends',
    '',
    'index depth',
    'Restarts the senders that wait at the endpoint with the badge of this capability.',
  ),
  row(
    'CNodeCopy',
    'CNode_Copy',
    'src_root',
    `${fromSlot} rights`,
    'Copies a capability with the same or fewer rights.',
  ),
  row(
    'CNodeMint',
    'CNode_Mint',
    'src_root',
    `${fromSlot} rights badge`,
    'Copies a capability and gives it a badge or a guard.',
  ),
  row('CNodeMove', 'CNode_Move', 'src_root', fromSlot, 'Moves a capability to an empty slot.'),
  row(
    'CNodeMutate',
    'CNode_Mutate',
    'src_root',
    `${fromSlot} badge`,
    'Moves a capability and gives it a guard.',
  ),
  row(
    'CNodeRotate',
    'CNode_Rotate',
    'pivot_root src_root',
    'dest_index dest_depth dest_badge pivot_index pivot_depth pivot_badge src_index src_depth',
    'Moves the pivot to the destination and the source to the pivot.',
  ),
  row(
    'IRQIssueIRQHandler',
    'IRQControl_Get',
    'root',
    'irq index depth',
    'Makes the handler of an interrupt.',
  ),
  row('IRQAckIRQ', 'IRQHandler_Ack', '', '', 'Lets the interrupt be delivered again.'),
  row(
    'IRQSetIRQHandler',
    'IRQHandler_SetNotification',
    'notification',
    '',
    'Sets the notification that the interrupt signals.',
  ),
  row('IRQClearIRQHandler', 'IRQHandler_Clear', '', '', 'Undoes SetNotification.'),
  row('DomainSetSet', 'DomainSet_Set', 'thread', 'domain', 'Moves a thread to a domain.'),
  row(
    'DomainScheduleConfigure',
    'DomainSet_ScheduleConfigure',
    '',
    'index domain duration_low duration_high',
    'Writes an entry of the domain schedule.',
    { since: 16 },
  ),
  row(
    'DomainScheduleSetStart',
    'DomainSet_ScheduleSetStart',
    '',
    'index',
    'Starts the domain schedule at an entry.',
    { since: 16 },
  ),
  row(
    'SchedControlConfigureFlags',
    'SchedControl_ConfigureFlags',
    'sched_context',
    'budget_low budget_high period_low period_high extra_refills badge flags',
    'Gives a scheduling context its budget and period in µs; flag bit 0: sporadic.',
  ),
  row(
    'SchedContextBind',
    'SchedContext_Bind',
    'object',
    '',
    'Gives processor time to a thread or a notification.',
  ),
  row(
    'SchedContextUnbind',
    'SchedContext_Unbind',
    '',
    '',
    'Takes the processor time back from everyone.',
  ),
  row(
    'SchedContextUnbindObject',
    'SchedContext_UnbindObject',
    'object',
    '',
    'Takes the processor time back from one object.',
  ),
  row(
    'SchedContextConsumed',
    'SchedContext_Consumed',
    '',
    '',
    'Tells and clears the processor time used, in µs.',
    { results: 'consumed_low consumed_high' },
  ),
  row(
    'SchedContextYieldTo',
    'SchedContext_YieldTo',
    '',
    '',
    'Lets the thread of another scheduling context run first.',
    { results: 'consumed_low consumed_high' },
  ),
  row(
    'RISCVPageTableMap',
    'RISCV_PageTable_Map',
    'vspace',
    'vaddr attributes',
    'Maps a second-level page table: 4 MiB of addresses.',
  ),
  row('RISCVPageTableUnmap', 'RISCV_PageTable_Unmap', '', '', 'Unmaps and clears a page table.'),
  row(
    'RISCVPageMap',
    'RISCV_Page_Map',
    'vspace',
    'vaddr rights attributes',
    'Maps a frame, or changes the rights of its mapping; attribute bit 0: never execute.',
  ),
  row(
    'RISCVPageUnmap',
    'RISCV_Page_Unmap',
    '',
    '',
    'Removes the mapping of this frame capability.',
  ),
  row(
    'RISCVPageGetAddress',
    'RISCV_Page_GetAddress',
    '',
    '',
    'Tells the physical address of a frame.',
    { results: 'paddr' },
  ),
  row(
    'RISCVASIDControlMakePool',
    'RISCV_ASIDControl_MakePool',
    'untyped root',
    'index depth',
    'Makes a pool of 16 ASIDs from 4 KiB of untyped memory.',
  ),
  row(
    'RISCVASIDPoolAssign',
    'RISCV_ASIDPool_Assign',
    'vspace',
    '',
    'Makes a page table the root of an address space.',
  ),
  row(
    'RISCVIRQIssueIRQHandlerTrigger',
    'RISCV_IRQControl_GetTrigger',
    'root',
    'irq trigger index depth',
    'Makes the handler of an interrupt with an edge or level trigger.',
  ),
];

/** Rows indexed by label; entry 0 is undefined (the invalid label). */
export type LabelTable = readonly (LabelRow | undefined)[];

export const labelTable = (version: AbiVersion): LabelTable => [
  undefined,
  ...labelRows.filter((each) => each.since <= version),
];

/** Undefined for a row that the version does not have. */
export const labelNumber = (table: LabelTable, name: LabelName): number | undefined => {
  const index = table.findIndex((each) => each?.name === name);
  return index < 0 ? undefined : index;
};
