// The tree of departments that jobs fill as long as nobody says otherwise: people know it by no name.

export const USUAL_TREE = 'main';
