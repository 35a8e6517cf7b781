// Where the page of a person, department or group is.
const places: Readonly<Record<string, string>> = { person: '/people/', department: '/directory/departments/', group: '/groups/' };

export const addressOf = (type: string, id: string): string => `${places[type] ?? '/directory?text='}${encodeURIComponent(id)}`;
