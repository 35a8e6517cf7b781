// What people call the types of objects.
import { useAnswer } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';

/** Of the directory; a type that it does not know keeps its own name. */
export function useTypeName(): (type: string) => string {
  const { say } = useWords();
  const schema = useAnswer('schema.get', {});
  return (type) => {
    const found = schema.data?.types.find((one) => one.id === type);
    return found ? say(found.label) : type;
  };
}
