const nothing = () => Promise.resolve();
const nobody = (): never[] => [];

/**
 * What aedes asks of a store. Sessions are clean, nothing is retained and wills go with their connections, so there is nothing to keep; the
 * store that comes with aedes opened two streams for each connection to find that out.
 */
export const FORGETFUL = {
  async setup(): Promise<void> {},
  destroy: nothing,
  cleanSubscriptions: nothing,
  cleanIncoming: nothing,
  putWill: nothing,
  delWill: nothing,
  storeRetained: nothing,
  outgoingStream: nobody,
  streamWill: nobody,
};
