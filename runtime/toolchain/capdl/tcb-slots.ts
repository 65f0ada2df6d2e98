/** The slots of a TCB as capDL numbers and names them. What may be in each is in `object-kinds.ts`. */
export const tcbSlots = {
  cspace: 0,
  vspace: 1,
  reply_slot: 2,
  caller_slot: 3,
  ipc_buffer_slot: 4,
  fault_ep_slot: 5,
  sc_slot: 6,
  temp_fault_ep_slot: 7,
  bound_notification: 8,
  bound_vcpu: 9,
} as const;

export type TcbSlotName = keyof typeof tcbSlots;

export const tcbSlotNames = Object.keys(tcbSlots) as readonly TcbSlotName[];

export const isTcbSlotName = (word: string): word is TcbSlotName => Object.hasOwn(tcbSlots, word);

export const tcbSlotOf = (word: string): number | undefined =>
  isTcbSlotName(word) ? tcbSlots[word] : undefined;

export const tcbSlotName = (slot: number): TcbSlotName | undefined => tcbSlotNames[slot];

export const tcbSlotSentences: Readonly<Record<TcbSlotName, string>> = {
  cspace: 'The CNode in which the thread looks up its capabilities.',
  vspace: 'The root of its address space.',
  reply_slot: 'A master reply capability; before MCS.',
  caller_slot: 'The reply capability of the last call; before MCS.',
  ipc_buffer_slot: 'The frame in which messages that do not fit the registers are.',
  fault_ep_slot: 'The endpoint to which its faults are sent.',
  sc_slot: 'The scheduling context that gives it processor time.',
  temp_fault_ep_slot: 'The endpoint that is told when its budget is used up.',
  bound_notification: 'A notification whose signals it receives while it waits on an endpoint.',
  bound_vcpu: 'The virtual processor that it runs.',
};
