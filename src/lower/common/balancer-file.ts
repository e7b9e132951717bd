/** Where the script lies that balances an upstream. */
export function balancerFile(upstream: string): string {
  return `lua/balancer/${upstream}.lua`;
}
