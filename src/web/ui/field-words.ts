/** The name of a field of the API as people say it: `expiresInDays` is "expires in days". */
export function fieldWords(name: string): string {
  return name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}
