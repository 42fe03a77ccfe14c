// Owns the table of address ranges that no delivery may reach (CONTRACT §3, SSRF). The more specific row comes first.
// Must never hold an exception: what an operator allows is TIMBRE_ALLOW_TARGETS, checked in address-guard.ts.

export interface ForbiddenRange {
  readonly cidr: string
  readonly name: string
  /** Where the range is set aside. */
  readonly source: string
}

/** IANA IPv4 Special-Purpose Address Registry, and what clouds put on otherwise public addresses. */
export const FORBIDDEN_IPV4: readonly ForbiddenRange[] = [
  { cidr: '0.0.0.0/8', name: 'this network', source: 'RFC 791 §3.2' },
  { cidr: '10.0.0.0/8', name: 'private', source: 'RFC 1918' },
  { cidr: '100.64.0.0/10', name: 'carrier-grade NAT', source: 'RFC 6598' },
  { cidr: '127.0.0.0/8', name: 'loopback', source: 'RFC 1122 §3.2.1.3' },
  { cidr: '168.63.129.16/32', name: 'cloud metadata', source: 'Azure WireServer' },
  { cidr: '169.254.169.254/32', name: 'cloud metadata', source: 'AWS, Google Cloud, Azure and others' },
  { cidr: '169.254.0.0/16', name: 'link-local', source: 'RFC 3927' },
  { cidr: '172.16.0.0/12', name: 'private', source: 'RFC 1918' },
  { cidr: '192.0.0.0/24', name: 'IETF protocol assignments', source: 'RFC 6890 §2.1' },
  { cidr: '192.0.2.0/24', name: 'documentation', source: 'RFC 5737' },
  { cidr: '192.31.196.0/24', name: 'AS112', source: 'RFC 7535' },
  { cidr: '192.52.193.0/24', name: 'multicast tunnels', source: 'RFC 7450' },
  { cidr: '192.88.99.0/24', name: '6to4 relay', source: 'RFC 7526' },
  { cidr: '192.168.0.0/16', name: 'private', source: 'RFC 1918' },
  { cidr: '192.175.48.0/24', name: 'AS112', source: 'RFC 7534' },
  { cidr: '198.18.0.0/15', name: 'benchmark', source: 'RFC 2544' },
  { cidr: '198.51.100.0/24', name: 'documentation', source: 'RFC 5737' },
  { cidr: '203.0.113.0/24', name: 'documentation', source: 'RFC 5737' },
  { cidr: '224.0.0.0/4', name: 'multicast', source: 'RFC 5771' },
  { cidr: '255.255.255.255/32', name: 'broadcast', source: 'RFC 919' },
  { cidr: '240.0.0.0/4', name: 'reserved', source: 'RFC 1112 §4' },
]

/** IANA IPv6 Special-Purpose Address Registry; the last three rows are everything outside global unicast, 2000::/3. */
export const FORBIDDEN_IPV6: readonly ForbiddenRange[] = [
  { cidr: '::/128', name: 'unspecified', source: 'RFC 4291 §2.5.2' },
  { cidr: '::1/128', name: 'loopback', source: 'RFC 4291 §2.5.3' },
  { cidr: '::/96', name: 'IPv4-compatible', source: 'RFC 4291 §2.5.5.1' },
  { cidr: '::ffff:0:0/96', name: 'IPv4-mapped', source: 'RFC 4291 §2.5.5.2' },
  { cidr: '::ffff:0:0:0/96', name: 'IPv4-translated', source: 'RFC 2765 §2.1' },
  { cidr: '64:ff9b::/96', name: 'NAT64', source: 'RFC 6052' },
  { cidr: '64:ff9b:1::/48', name: 'local NAT64', source: 'RFC 8215' },
  { cidr: '100::/64', name: 'discard', source: 'RFC 6666' },
  { cidr: '100:0:0:1::/64', name: 'dummy prefix', source: 'RFC 9780' },
  { cidr: '2001::/32', name: 'Teredo', source: 'RFC 4380' },
  { cidr: '2001:2::/48', name: 'benchmark', source: 'RFC 5180' },
  { cidr: '2001:10::/28', name: 'ORCHID', source: 'RFC 4843' },
  { cidr: '2001:20::/28', name: 'ORCHIDv2', source: 'RFC 7343' },
  { cidr: '2001:30::/28', name: 'drone remote identification', source: 'RFC 9374' },
  { cidr: '2001::/23', name: 'IETF protocol assignments', source: 'RFC 2928' },
  { cidr: '2001:db8::/32', name: 'documentation', source: 'RFC 3849' },
  { cidr: '2002::/16', name: '6to4', source: 'RFC 3056' },
  { cidr: '2620:4f:8000::/48', name: 'AS112', source: 'RFC 7534' },
  { cidr: '3ffe::/16', name: 'former 6bone', source: 'RFC 3701' },
  { cidr: '3fff::/20', name: 'documentation', source: 'RFC 9637' },
  { cidr: '5f00::/16', name: 'segment routing', source: 'RFC 9602' },
  { cidr: 'fd00:ec2::254/128', name: 'cloud metadata', source: 'AWS' },
  { cidr: 'fd20:ce::254/128', name: 'cloud metadata', source: 'Google Cloud' },
  { cidr: 'fc00::/7', name: 'unique local', source: 'RFC 4193' },
  { cidr: 'fe80::/10', name: 'link-local', source: 'RFC 4291 §2.5.6' },
  { cidr: 'fec0::/10', name: 'site-local', source: 'RFC 3879' },
  { cidr: 'ff00::/8', name: 'multicast', source: 'RFC 4291 §2.7' },
  { cidr: '::/3', name: 'outside global unicast', source: 'RFC 4291 §2.4' },
  { cidr: '4000::/2', name: 'outside global unicast', source: 'RFC 4291 §2.4' },
  { cidr: '8000::/1', name: 'outside global unicast', source: 'RFC 4291 §2.4' },
]
