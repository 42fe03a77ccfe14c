// Owns what can be wrong with the certificate of a receiver, and the sentence of each fault, by which it is known from a stored attempt.
// Must never change a sentence that was released without keeping the old one here: attempts that have it are read for years.

export const CERTIFICATE_FAULTS = {
  certificate_expired: 'The certificate has expired. Renew it.',
  certificate_not_yet_valid: 'The certificate is not valid yet. Check the clocks or wait.',
  certificate_wrong_host: 'The certificate is not valid for the host in the url. Use a certificate that names it.',
  certificate_self_signed:
    'The certificate is signed by itself. Use one from a public authority, or let the operator add yours with NODE_EXTRA_CA_CERTS.',
  certificate_unknown_authority:
    'The certificate is signed by an authority that is not trusted. Use one from a public authority, or let the operator add yours with NODE_EXTRA_CA_CERTS.',
  certificate_chain_incomplete:
    'The certificate cannot be traced to a trusted authority. Let the server send its intermediate certificates too, or let the operator add the authority with NODE_EXTRA_CA_CERTS.',
} as const
export type CertificateFault = keyof typeof CERTIFICATE_FAULTS

const FAULTS: ReadonlyMap<string, CertificateFault> = new Map(
  Object.entries(CERTIFICATE_FAULTS).map(([fault, sentence]) => [sentence, fault as CertificateFault]), // its own keys
)

/** @param error the sentence of an attempt; null: it has none */
export function certificateFaultOf(error: string | null): CertificateFault | null {
  return (error !== null && FAULTS.get(error)) || null
}
