// Styles of one component: class names as written in its *.module.css.
declare module '*.module.css' {
  const names: Readonly<Record<string, string>>;
  export default names;
}
