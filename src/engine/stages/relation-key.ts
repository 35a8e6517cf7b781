// Relations vanish like attributes: the name under which a read counts them beside those.
export const relationKey = (relation: string): string => `relation:${relation}`;
