//! Every action of the desk, once: its name, what it does, where it works and its keys. Footer,
//! help, palette, the mouse and README's list of keys all come from this table, so none of them
//! can promise a key that does nothing. A screen says in `disabled` why an action cannot run now.
//!
//! Keys are spelled as [`Key::parse`] reads them; two with a blank between are a sequence (`g t`).

use super::input::Key;
use super::model::Screen;

macro_rules! actions {
    ($($id:ident: $name:literal, $short:literal, $doc:literal, $place:ident $screens:expr, [$($key:literal),*];)+) => {
        /// Names an action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ActionId {
            $(#[doc = $doc] $id,)+
        }

        /// The table, in the order help and palette show it.
        pub const ACTIONS: &[Action] = &[
            $(Action {
                id: ActionId::$id,
                name: $name,
                short: $short,
                doc: $doc,
                place: Place::$place,
                screens: $screens,
                keys: &[$($key),*],
            },)+
        ];
    };
}

/// Where an action's keys work. Fields being edited and popups take their keys themselves and
/// inherit nothing from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Whatever has the focus.
    Anywhere,
    /// A list has the focus.
    List,
    /// A grid of cells has the focus.
    Grid,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// Which.
    pub id: ActionId,
    /// Name in palette and help.
    pub name: &'static str,
    /// Word in the footer; empty: not shown there.
    pub short: &'static str,
    /// What it does, a sentence.
    pub doc: &'static str,
    /// Where its keys work.
    pub place: Place,
    /// Screens it works on; empty: every screen that has the place.
    pub screens: &'static [Screen],
    /// Its keys.
    pub keys: &'static [&'static str],
}

use Screen::{
    Changes, Expansion, History, Import, Pipeline, Program, Quote, Reconcile, Risk, Today,
};

const ALL: &[Screen] = &[];
const ROWS: &[Screen] = &[Today, Pipeline, Risk];
const GRIDS: &[Screen] = &[Pipeline, Quote];
const PANES: &[Screen] = &[Pipeline, Quote, Expansion, Program];

actions! {
    // list: rows
    Open: "Open", "open", "Opens what the cursor is on: the quote of a renewal, the row behind an entry", List ALL, ["enter"];
    Log: "Log contact and next date", "log+next", "Notes how a contact went, sets the next date and goes on to the next row", List ROWS, ["c"];
    Snooze: "Snooze", "snooze", "Takes the row out of Today until a date", List ROWS, ["d"];
    Stage: "Set stage", "stage", "Moves the renewal to another stage", List ROWS, ["t"];
    Owner: "Set owner", "owner", "Gives the marked renewals, or this one, to somebody", List ROWS, ["O"];
    Note: "Add note", "note", "Writes a note on the renewal", List ROWS, ["o"];
    AtRisk: "At-risk flag", "at risk", "Sets or clears the at-risk flag with its reason", List ROWS, ["!"];
    Reviewed: "Mark reviewed", "reviewed", "Takes a risk off the list until its reasons change", List &[Risk], ["r"];
    ShowReviewed: "Reviewed ones too", "", "Shows risks that were reviewed, and hides them again", List &[Risk], ["v"];
    Accept: "Accept suggestion", "accept", "Puts the suggestion's lines into a quote", List &[Expansion], ["a"];
    Dismiss: "Dismiss suggestion", "dismiss", "Puts the suggestion away with a reason", List &[Expansion], ["delete", "X"];
    Later: "Ask me later", "later", "Puts the suggestion away until a date", List &[Expansion], ["d"];
    ItsPlays: "Suggestions of this customer", "plays", "Lists what could be offered to the customer; Esc goes back", List &[Pipeline, Expansion], ["e"];
    ItsRenewals: "Renewals of this customer", "renewals", "Shows the customer's open renewals in the pipeline", List &[Expansion], ["r"];
    SeeSuggestions: "Suggestions", "", "Shows what to offer, best first", List &[Expansion], ["1"];
    SeeWhitespace: "White space", "", "Shows what each customer spends a year in each portfolio, and where it has nothing", List &[Expansion], ["2"];
    SeeAdoption: "Adoption", "", "Shows how far use cases have come, those that stand still first", List &[Expansion], ["3"];
    RestoreChange: "Take this change back", "take back", "Restores the rows of one change of the history", List &[History], ["x"];
    ImportAnyway: "Import anyway", "import anyway", "Goes on with a file that lacks many lines of the files before it", List &[Import], ["y"];
    // list: what imports changed
    NextKind: "Next kind of change", "kind", "Shows the changes of the next kind, round to all of them", List &[Changes], ["f"];
    PreviousKind: "Kind of change before", "", "Shows the changes of the kind before", List &[Changes], ["F"];
    FindChanges: "Find among the changes", "find", "Narrows the changes to a customer, contract, serial, product or file", List &[Changes], ["/", "ctrl-f"];
    KeepMine: "Keep mine", "keep mine", "Settles the conflict for the value a person wrote", List &[Changes], ["m"];
    TakeFile: "Take the file's", "take file", "Settles the conflict for the value of the file", List &[Changes], ["t"];
    SettleLater: "Settle it later", "later", "Puts the conflict behind the open ones; again brings it back", List &[Changes], ["l"];
    NextSpan: "Look further back", "since", "The last import, since yesterday, since Friday, 30 days, all imports", List &[Changes], ["v"];
    PreviousSpan: "Look less far back", "", "The span of time before", List &[Changes], ["V"];
    // list: the reconcile screen
    TakeTheirs: "Take theirs", "take theirs", "Puts the other source's values into the book, or adds what only it has", List &[Reconcile], ["t"];
    KeepOurs: "Keep ours", "keep ours", "Leaves the book as it is; the finding is settled while the files and the book say the same", List &[Reconcile], ["m"];
    IgnoreFinding: "Duplicate, ignore", "ignore", "Settles a duplicate, or a finding of no interest", List &[Reconcile], ["x", "delete"];
    LaterFinding: "Not now", "later", "Asks about the finding again in a week", List &[Reconcile], ["d"];
    AskAgain: "Ask again", "ask again", "Opens a settled finding again; what was taken stays in the book", List &[Reconcile], ["u"];
    ExportFindings: "Export findings", "export", "Writes the findings to a new file, XLSX or CSV", List &[Reconcile], ["e"];
    Compare: "Compare files", "compare", "Reads the chosen files and compares them with the book; imports nothing", List &[Reconcile], ["c"];
    NextTab: "Next kind", "kinds", "Shows the findings of the next kind, and the data quality at the end", List &[Reconcile], ["right", "l"];
    PreviousTab: "Kind before", "", "Shows the findings of the kind before, and the files at the start", List &[Reconcile], ["left", "h"];
    // list: the program screen
    EarlierMonth: "Month before", "", "Shows the scores one fiscal month earlier", List &[Program], ["<", ","];
    LaterMonth: "Month after", "month", "Shows the scores one fiscal month later, to the end of the next fiscal year", List &[Program], [">", "."];
    NextView: "Next view", "view", "Counts the next set of deals: booked, committed, open, weighted, marked", List &[Program], ["v"];
    PreviousView: "View before", "", "Counts the set of deals before", List &[Program], ["V"];
    IndexUp: "What if one index more", "what if", "Supposes the index under the cursor one higher; nothing is stored, Esc clears it", List &[Program], ["+", "="];
    IndexDown: "What if one index less", "", "Supposes the index under the cursor one lower", List &[Program], ["-"];
    SeeSteps: "Steps", "", "Shows where the metric stands between the steps of its band", List &[Program], ["1"];
    SeeDeals: "Deals behind it", "deals", "Lists the deals that count in the metric under the cursor", List &[Program], ["2"];
    SeeForecast: "How sure the score is", "sure", "Draws the open deals thousands of times: the score's middle, its band and the chance of each edge", List &[Program], ["4"];
    SeeIncentive: "Incentive by portfolio", "", "Shows what renewals pay by the loaded rates", List &[Program], ["5"];
    SeeHistory: "Score by month", "", "Shows the scores of the imported months and of the months ahead", List &[Program], ["3"];
    // list: the import screen
    FileColumns: "Columns of the file", "columns", "Shows what each column of the file is read as, with its first values", List &[Import], ["c"];
    PreviewAgain: "Read with these answers", "preview", "Reads the file with the fields and answers as chosen, and shows what would change", List &[Import], ["v"];
    HeaderRow: "Choose the header row", "header row", "Says which row of the file holds the headers", List &[Import], ["h"];
    OnlySheet: "Choose the sheet", "", "Says which sheet of the workbook counts", List &[Import], ["s"];
    AnswerQuestion: "Answer for the file", "answer", "Answers what the file asks, else its currency, customer, dates or numbers; the digits of the answers on the screen do too", List &[Import], ["a"];
    UseKept: "Take kept answers", "", "Reads the file with the answers kept from one that is laid out almost alike", List &[Import], ["u"];
    ForgetAnswers: "Forget the answers", "", "Reads the file without any answers, kept ones included", List &[Import], ["x"];
    WatchFolder: "Watch this folder", "watch", "Tells of new exports in the folder on the screen from now on, or no longer; off until chosen", List &[Import], ["w"];
    KeepAnswers: "Keep the answers", "", "Keeps the answers for files laid out alike, or only takes them for this one", List &[Import], ["m"];
    // list: marks
    Mark: "Mark row", "mark", "Marks or unmarks the row; the status line shows the sum of the marked", List &[Today, Pipeline, Risk], ["space"];
    MarkAll: "Mark all shown", "", "Marks every row the filter lets through", List &[Pipeline, Risk], ["ctrl-a"];
    OneQuote: "One quote of the marked", "one quote", "Makes one quote of the marked renewals of a customer, or puts them into the draft one of them has", List &[Pipeline], ["m"];
    // list: view
    Sort: "Sort by this column", "sort", "Sorts by the column of the column cursor; again reverses, again takes the order back", List &[Pipeline, Expansion], ["s"];
    Filter: "Filter in words", "filter", "Narrows the list: owner = me, end within 90 days, stage = Quoted", List &[Pipeline, Risk], ["f"];
    FilterValue: "Filter by this value", "", "Narrows the list to rows with the value under the column cursor", List &[Pipeline], ["F"];
    Search: "Find", "find", "Finds customer, contract, serial or product while you type", List &[Pipeline], ["/", "ctrl-f"];
    Views: "Saved views", "views", "Chooses, saves or deletes a view: filter, order and grouping under a name", List &[Pipeline], ["V"];
    Group: "Group by customer", "group", "Gathers the renewals of each customer under its name", List &[Pipeline], ["b"];
    // list: move
    RowUp: "Row up", "", "One row up", List ALL, ["up", "k"];
    RowDown: "Row down", "", "One row down", List ALL, ["down", "j"];
    ColumnLeft: "Column left", "", "Moves the column cursor left", List &[Pipeline, Expansion, Program], ["left", "h"];
    ColumnRight: "Column right", "", "Moves the column cursor right", List &[Pipeline, Expansion, Program], ["right", "l"];
    PageUp: "Page up", "", "One page up", List ALL, ["pgup"];
    PageDown: "Page down", "", "One page down", List ALL, ["pgdn"];
    First: "First row", "", "Goes to the first row", List ALL, ["ctrl-home", "home", "g g"];
    Last: "Last row", "", "Goes to the last row", List ALL, ["ctrl-end", "end", "G"];
    // grid (the quote)
    CellUp: "Cell up", "", "One line up", Grid GRIDS, ["up", "k"];
    CellDown: "Cell down", "", "One line down", Grid GRIDS, ["down", "j"];
    CellLeft: "Cell left", "", "One cell to the left", Grid GRIDS, ["left", "h"];
    CellRight: "Cell right", "", "One cell to the right", Grid GRIDS, ["right", "l"];
    CellNext: "Next cell", "", "The next cell, going on in the next line", Grid GRIDS, ["tab"];
    CellPrevious: "Previous cell", "", "The cell before, going back into the line above", Grid GRIDS, ["shift-tab"];
    CellHome: "First cell", "", "First cell of the line", Grid GRIDS, ["home"];
    CellEnd: "Last cell", "", "Last cell of the line", Grid GRIDS, ["end"];
    GridFirst: "First line", "", "First line of the quote", Grid GRIDS, ["ctrl-home"];
    GridLast: "Last line", "", "Last line of the quote", Grid GRIDS, ["ctrl-end", "G"];
    GridUp: "Lines up", "", "One page of lines up", Grid GRIDS, ["pgup"];
    GridDown: "Lines down", "", "One page of lines down", Grid GRIDS, ["pgdn"];
    EditCell: "Edit cell", "edit", "Edits the cell; typing a digit starts over it", Grid GRIDS, ["enter", "f2", "e"];
    ClearCell: "Clear cell", "", "Empties the cell where it may be empty, or every such cell of a block", Grid GRIDS, ["delete", "backspace"];
    PickCell: "Pick from list", "pick", "Offers the values of a portfolio, premium or EA cell; the choice goes into every marked line", Grid GRIDS, ["space", "alt-down"];
    BulkEdit: "Edit marked lines", "edit marked", "Sets one field of every marked line, or changes it by a formula; every cell is shown before", Grid GRIDS, ["b"];
    FillDown: "Fill down", "fill down", "Copies the top cell of the marked lines down, of a block all its columns, or the cell above into this one", Grid GRIDS, ["ctrl-d", "D"];
    MarkLine: "Mark lines from here", "mark", "Starts a range that grows with the cursor; again ends it", Grid GRIDS, ["v"];
    ExtendUp: "Mark upwards", "", "Marks this line and the one above", Grid GRIDS, ["shift-up"];
    ExtendDown: "Mark downwards", "", "Marks this line and the one below", Grid GRIDS, ["shift-down"];
    ExtendLeft: "Mark cells to the left", "", "Makes a block of cells of the marked lines, or of this one, up to the column to the left", Grid GRIDS, ["shift-left"];
    ExtendRight: "Mark cells to the right", "", "Makes a block of cells of the marked lines, or of this one, up to the column to the right", Grid GRIDS, ["shift-right"];
    MarkBlock: "Mark a block from here", "", "Starts a block of lines and columns that grows with the cursor; again ends it", Grid GRIDS, ["V"];
    MarkLines: "Mark all lines", "", "Marks every line of the quote", Grid GRIDS, ["ctrl-a"];
    Target: "Solve for a target", "target", "Spreads a total or margin over the unlocked lines, or says which field lifts a portfolio to a score", Grid GRIDS, ["T"];
    CommonEnd: "One end for all lines", "co-term", "Lists the ends the lines could share, with cost, days and score of each, and takes one", Grid GRIDS, ["J"];
    PriceRules: "Price by rules", "rules", "Lists the price rules and what each prices here; prices the marked lines, or all, by them", Grid GRIDS, ["r"];
    GroupLines: "Group lines", "group", "Gathers the lines in the grid by contract, site, product, level, end or portfolio, with subtotals; again adds a field within the one before", Grid GRIDS, ["Y"];
    FoldGroup: "Fold group", "", "Folds the group the cursor is in to its subtotal, or shows its lines again; Enter on a subtotal does too", Grid GRIDS, ["f"];
    FoldGroups: "Fold all groups", "", "Folds every group to its subtotal, or shows all lines again", Grid GRIDS, ["F"];
    Scenarios: "Scenarios", "scenarios", "Keeps the quote under a name, shows its scenarios side by side, or puts one back", Grid GRIDS, ["S"];
    MarkSent: "Mark sent", "sent", "Marks the quote sent and keeps it as it went out; below the floor it asks for an approval first", Grid GRIDS, ["M"];
    VendorQuote: "Vendor's quote", "", "Lays the vendor's priced file beside the lines: what differs, what is missing; Enter takes its prices", Grid GRIDS, ["I"];
    Validity: "Validity of the quote", "", "Says until when the prices hold, such as the price protection of the vendor's quote", Grid GRIDS, ["N"];
    HoldNext: "What is held", "", "Says what stays while a price is typed: what was typed last, the customer's price, or the margin", Grid GRIDS, ["K"];
    LockLine: "Lock or unlock line", "", "Keeps the marked lines, or this one, out of totals that are spread", Grid GRIDS, ["U"];
    AddLine: "Add line", "add line", "Adds a line that renews nothing: an expansion", Grid GRIDS, ["a", "insert"];
    RemoveLine: "Remove line", "remove", "Takes the marked lines, or this one, out of the quote", Grid GRIDS, ["X"];
    Document: "Write a document", "", "Writes the quote for the customer, its asset list, a price request or the internal quote to a file", Anywhere &[Pipeline, Quote], ["p"];
    MailDraft: "Mail draft", "", "Writes a mail draft with the customer's quote attached, to be opened in your mail program", Anywhere &[Pipeline, Quote], ["E"];
    QuoteList: "All quotes", "all quotes", "Lists every quote of the book, newest first", Anywhere &[Quote], ["L"];
    // everywhere: ask
    Explain: "Why this number", "why", "Shows how the figure under the cursor was computed, with its inputs and the rule", Anywhere ALL, ["i"];
    FairSplit: "Fair split", "", "Lists what each open deal adds to the scores, and splits fairly what several do together", Anywhere &[Today, Pipeline, Quote, Risk], ["x"];
    Help: "Help", "help", "Lists what works here; Enter runs it", Anywhere ALL, ["?", "f1"];
    Palette: "All actions", "all actions", "Finds any action by name and runs it", Anywhere ALL, [":", "ctrl-p"];
    // everywhere: change
    Undo: "Undo", "undo", "Takes the newest change back, also after a restart", Anywhere ALL, ["ctrl-z"];
    Redo: "Redo", "redo", "Brings back what undo took", Anywhere ALL, ["ctrl-y"];
    GoHistory: "History", "history", "Shows every change; one of them can be taken back", Anywhere ALL, ["H", "g l"];
    Assessment: "Partner's assessment", "", "Lists the months projections start from; types, corrects, compares them or takes them away", Anywhere ALL, ["B"];
    GoalSeek: "Goal seek", "", "Looks for the cheapest open deals that lift a portfolio to a score or its next step", Anywhere ALL, ["P", "g o"];
    SaveNow: "Save", "", "Says when the last change was written; everything kept is already saved", Anywhere ALL, ["ctrl-s"];
    Reload: "Read the book again", "", "Reads the book again and computes everything anew", Anywhere ALL, ["f5", "R"];
    Redraw: "Redraw", "", "Draws the whole screen anew", Anywhere ALL, ["ctrl-l"];
    Copy: "Copy", "", "Copies the row, the marked rows, the block or the cell as text with tabs", Anywhere ALL, ["ctrl-c"];
    // everywhere: move
    GoToday: "Go to Today", "", "Overdue, today and the next seven days", Anywhere ALL, ["g t", "alt-1"];
    GoPipeline: "Go to Pipeline", "", "The table of renewals", Anywhere ALL, ["g p", "alt-2"];
    GoQuote: "Go to Quote", "", "The quote at full width", Anywhere ALL, ["g q", "alt-3"];
    GoExpansion: "Go to Expansion", "", "Suggestions from the imported data", Anywhere ALL, ["g x", "alt-4"];
    GoWhitespace: "Go to White space", "", "Customers against portfolios: what each spends a year where, and where nothing is", Anywhere ALL, ["g w"];
    GoAdoption: "Go to Adoption", "", "Use cases by how far they have come, those that stand still first", Anywhere ALL, ["g a"];
    GoRisk: "Go to Risk", "", "Open renewals by value times loss probability", Anywhere ALL, ["g r", "alt-5"];
    GoProgram: "Go to Program", "", "The score of every portfolio, metric by metric and month by month", Anywhere ALL, ["g v", "alt-6"];
    GoImport: "Go to Import", "", "Reads an export file into the book", Anywhere ALL, ["g i", "alt-7"];
    OpenArrival: "Look at the new export", "", "Reads the newest export that appeared in a watched folder, to be looked at; imports nothing yet", Anywhere ALL, ["g n"];
    GoChanges: "Go to Changes", "", "What imports changed since the last one, since Friday, in 30 days", Anywhere ALL, ["g c"];
    GoReconcile: "Go to Reconcile", "", "The book beside other lists, and how good its data is", Anywhere ALL, ["g d"];
    GoSettings: "Go to Settings", "", "Look, book and rules", Anywhere ALL, ["g s", "alt-8"];
    NextScreen: "Next screen", "", "The screen to the right", Anywhere ALL, ["ctrl-pgdn"];
    PreviousScreen: "Previous screen", "", "The screen to the left", Anywhere ALL, ["ctrl-pgup"];
    NextPane: "Next pane", "pane", "Gives the next pane the focus", Anywhere PANES, ["w", "f6"];
    PreviousPane: "Previous pane", "", "Gives the pane before the focus", Anywhere PANES, ["W", "shift-f6"];
    Zoom: "Zoom pane", "zoom", "Gives the pane the whole screen, and back", Anywhere &[Pipeline, Program], ["z"];
    NextRow: "Next renewal", "", "The next renewal, from any pane", Anywhere &[Pipeline], ["]"];
    PreviousRow: "Previous renewal", "", "The renewal before, from any pane", Anywhere &[Pipeline], ["["];
    Back: "Back", "back", "One step back: marks, filter, pane, screen; never quits", Anywhere ALL, ["esc", "q"];
    // everywhere: the incentive
    Incentive: "Incentive of this renewal or quote", "", "Shows what it pays by the loaded rates, line by line, and what waiting costs", Anywhere &[Pipeline, Quote], [];
    LoadRates: "Load incentive rates", "", "Reads rates, offer groups or milestones from a CSV or TOML file into the book", Anywhere ALL, [];
    // everywhere: the desk itself
    ThemeNext: "Next theme", "", "Dark, light, high contrast, mono", Anywhere ALL, [];
    AsciiToggle: "Plain ASCII on or off", "", "Draws lines and marks with ASCII only", Anywhere ALL, [];
    MouseToggle: "Select text with mouse", "", "Gives the mouse back to the terminal, and takes it again", Anywhere ALL, [];
    Suspend: "Suspend", "", "Hands the terminal back to the shell; fg returns", Anywhere ALL, [];
    Quit: "Quit", "quit", "Leaves the desk; everything kept is saved", Anywhere ALL, ["ctrl-q"];
}

impl ActionId {
    /// True when it only moves a cursor: it may repeat while its key is held, and needs no wait
    /// for a paste to show itself.
    pub fn moves(self) -> bool {
        use ActionId::*;
        matches!(
            self,
            RowUp
                | RowDown
                | ColumnLeft
                | ColumnRight
                | PageUp
                | PageDown
                | First
                | Last
                | CellUp
                | CellDown
                | CellLeft
                | CellRight
                | CellNext
                | CellPrevious
                | CellHome
                | CellEnd
                | GridFirst
                | GridLast
                | GridUp
                | GridDown
                | NextRow
                | PreviousRow
                | EarlierMonth
                | LaterMonth
                | NextTab
                | PreviousTab
        )
    }

    /// Its row of the table.
    pub fn row(self) -> Option<&'static Action> {
        ACTIONS.iter().find(|action| action.id == self)
    }
}

impl Action {
    /// True when its keys work on that screen with the focus in that place.
    pub fn works(&self, screen: Screen, place: Place) -> bool {
        (self.place == Place::Anywhere || self.place == place)
            && (self.screens.is_empty() || self.screens.contains(&screen))
    }

    /// Its first key for a person: `Ctrl+Z`, `g t`; empty without one.
    pub fn key(&self) -> String {
        self.keys
            .first()
            .map(|keys| shown(keys))
            .unwrap_or_default()
    }

    /// All its keys for a person.
    pub fn all_keys(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|keys| shown(keys)).collect();
        keys.join(" ")
    }
}

/// A key or sequence of the table as a person reads it.
fn shown(keys: &str) -> String {
    let parts: Vec<String> = keys
        .split(' ')
        .map(|part| Key::parse(part).map_or_else(|| part.to_string(), |key| key.to_string()))
        .collect();
    parts.join(" ")
}

/// What a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// An action.
    Action(ActionId),
    /// The first key of a sequence.
    Prefix,
    /// Nothing.
    Nothing,
}

/// Looks a key up for a screen and place; `prefix` is the first key of a sequence already typed.
pub fn find(screen: Screen, place: Place, prefix: Option<Key>, key: Key) -> Found {
    let mut found = Found::Nothing;
    for action in ACTIONS.iter().filter(|a| a.works(screen, place)) {
        for keys in action.keys {
            match (keys.split_once(' '), prefix) {
                (Some((first, second)), Some(typed)) if typed.is(first) && key.is(second) => {
                    return Found::Action(action.id);
                }
                (Some((first, _)), None) if key.is(first) => found = Found::Prefix,
                (None, None) if key.is(keys) => return Found::Action(action.id),
                _ => {}
            }
        }
    }
    found
}

/// The list of keys as Markdown, for README.
pub fn markdown() -> String {
    let mut out = String::from("| Where | Keys | Action |\n|---|---|---|\n");
    for action in ACTIONS.iter().filter(|action| !action.keys.is_empty()) {
        let place = match action.place {
            Place::Anywhere => "everywhere",
            Place::List => "list",
            Place::Grid => "grid",
        };
        let screens: Vec<&str> = action.screens.iter().map(|s| s.title()).collect();
        let at = if screens.is_empty() {
            place.to_string()
        } else {
            format!("{place}: {}", screens.join(", "))
        };
        let keys: Vec<String> = action
            .keys
            .iter()
            .map(|keys| format!("`{}`", shown(keys).replace('|', "\\|")))
            .collect();
        out.push_str(&format!("| {at} | {} | {} |\n", keys.join(" "), action.doc));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_parses_and_means_one_thing_where_it_works() {
        for screen in Screen::ALL {
            for place in [Place::List, Place::Grid] {
                let mut seen: Vec<(&str, ActionId)> = Vec::new();
                for action in ACTIONS.iter().filter(|a| a.works(screen, place)) {
                    for keys in action.keys {
                        for part in keys.split(' ') {
                            assert!(Key::parse(part).is_some(), "{part}");
                        }
                        let other = seen.iter().find(|(k, _)| k == keys);
                        assert!(other.is_none(), "{keys}: {:?} and {other:?}", action.id);
                        seen.push((keys, action.id));
                    }
                }
            }
        }
    }

    #[test]
    fn digits_and_signs_stay_free_for_typing_in_a_grid() {
        for typed in "0123456789-+.,=".chars() {
            let key = Key::plain(crate::ui::input::Code::Char(typed));
            assert_eq!(find(Screen::Quote, Place::Grid, None, key), Found::Nothing);
        }
    }
}
