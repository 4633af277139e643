/** Requests of evidence, made from what an address says of itself. */

/** What a request of this address must say now, all of it looked at, with the word that opens the next step. */
export async function request(get, path) {
  const { expected, contract, confirmation } = (await get(path)).json;
  const [now] = contract.currentEvidenceByWindow ?? [{}];
  const body = { ...expected, confirmationText: confirmation.text, sampleSizeCaveatAcknowledged: true };
  for (const name of Object.keys(now).filter((key) => key.endsWith('Reviewed'))) body[name] = true;
  const words = Object.entries(contract).find(([name]) => /^supported.*Dispositions$/.test(name));
  if (words) {
    const stage = words[0].slice('supported'.length, -'Dispositions'.length);
    body[`notification${stage}Disposition`] = words[1].find((word) => word.endsWith('ready_for_owner_review'));
  }
  if (contract.experiment) body.decisionKind = 'continue_observing';
  return body;
}
