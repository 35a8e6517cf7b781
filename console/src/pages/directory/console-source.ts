// The connection that stands for what is entered by hand here.
export const CONSOLE = 'console';
