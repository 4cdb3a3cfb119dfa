"""The few rules that Streamlit's theme cannot say. Colours come from the theme's own variables."""

RULES = """<style>
.block-container {max-width: 1120px; padding-top: 2rem; padding-bottom: 4rem;}
h1 {font-size: 1.7rem !important; font-weight: 650 !important; line-height: 1.2 !important; padding: 0 0 .35rem !important;}
h2 {font-size: 1.3rem !important; margin-top: 1.2rem !important;}
.stMain [data-testid="stHeading"] {margin-bottom: .5rem;}
.stMain [data-testid="stVerticalBlock"] {gap: .7rem;}
[data-testid="stSidebarContent"] [data-testid="stVerticalBlock"] {gap: .3rem;}
[data-testid="stSidebarHeader"] {height: 2rem; padding-top: .4rem; padding-bottom: 0; margin-bottom: 0;}
.tw-brand {font-size: 1.25rem; font-weight: 700; margin: 0 0 .3rem; letter-spacing: .01em;}
[class*="st-key-contents-views"] {padding-left: .9rem; margin: -.1rem 0 .2rem; border-left: 2px solid rgba(128,136,148,.35);
  margin-left: .5rem;}
[class*="st-key-contents-views"] a {background: none !important; font-weight: 400 !important; min-height: 0; padding: .1rem .3rem;}
[class*="st-key-contents-views"] a p, [class*="st-key-contents-views"] a span {font-weight: 400 !important; font-size: .86rem;}
[data-testid="stSidebarContent"] [data-testid="stBaseButton-tertiary"] {justify-content: flex-start; text-align: left; padding: .1rem .5rem;}
.tw-terms dt {font-weight: 600; margin-top: .4rem;} .tw-terms dd {margin: 0; font-size: .9rem; max-width: 34rem;}
.stElementContainer:has(> .stMultiSelect) {min-width: min(15rem, 100%);}
.stElementContainer:has(> .stSelectbox) {min-width: min(11.5rem, 100%);}
.tw-stack {display: flex; flex-direction: column; gap: .6rem;} .tw-stack > p {margin: 0;} .tw-stack strong {font-weight: 600;}
.tw-title {font-size: 1.12rem !important; font-weight: 650; margin: .2rem 0 0 !important; padding: 0; line-height: 1.3;}
.tw-subtitle {margin: .1rem 0 .2rem; font-size: .92rem; opacity: .78;}
.tw-note {margin: .3rem 0 .2rem; font-size: .92rem; line-height: 1.45; max-width: 75ch;}
.tw-foot {margin: 0 0 .2rem; font-size: .8rem; opacity: .72; overflow-wrap: anywhere;}
.tw-cards {list-style: none; padding: 0 !important; display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .6rem; margin: .3rem 0 .5rem;}
.tw-card {margin: 0 !important; border: 1px solid rgba(128,136,148,.32); border-radius: 6px; padding: .6rem .8rem;}
.tw-label {font-size: .84rem; opacity: .78;}
.tw-value {font-size: 1.45rem; font-weight: 620; font-variant-numeric: tabular-nums; line-height: 1.25;}
.tw-detail {font-size: .82rem; opacity: .78;}
.tw-flags {list-style: none; padding: 0 !important; margin: .1rem 0 .3rem; columns: 2; column-gap: 2rem; font-size: .84rem;}
.tw-flags li {margin: 0 0 .22rem; padding: 0; break-inside: avoid; line-height: 1.35;}
.tw-flags ul {list-style: none; padding-left: 1.2rem; margin: .2rem 0;}
.tw-flags details {display: inline;} .tw-flags summary {display: inline; cursor: pointer; text-decoration: underline dotted;}
.tw-flag {display: inline-block; min-width: 1.25rem; text-align: center; border: 1px solid currentColor; border-radius: 3px;
  font-size: .72rem; padding: 0 .2rem; margin-right: .2rem; opacity: .85;}
.tw-passport th {text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; font-weight: 600; white-space: nowrap;}
.tw-passport td {padding: .15rem 0; overflow-wrap: anywhere;} .tw-passport {font-size: .86rem; max-width: 44rem;}
button[role="radio"][aria-checked="true"] {color: inherit !important;} button[role="radio"][aria-checked="true"] p {font-weight: 650;}
[data-testid="stCaptionContainer"] {color: inherit !important; opacity: .82;}
.tw-flags a {color: inherit; text-underline-offset: 2px;}
.tw-fresh {font-size: .82rem; opacity: .75; margin: 0;}
a:focus-visible, summary:focus-visible, button:focus-visible, [role="slider"]:focus-visible, [role="tab"]:focus-visible,
[data-tag]:focus-visible, [tabindex="0"]:focus-visible, .stMain [role="group"][data-rac]:has(> input:focus-visible),
[data-testid="stSidebar"] [role="group"][data-rac]:has(> input:focus-visible), [role="group"][data-rac]:has(> div > input:focus-visible),
[data-testid="stDateInput"] [role="group"]:focus-within, [data-testid="stTextInputRootElement"]:focus-within,
[data-testid="stNumberInputContainer"]:focus-within, [data-testid="stCheckbox"] label:has(input:focus-visible),
.stDataFrame:has(canvas:focus-visible) {outline: 3px solid #8A5CE6 !important; outline-offset: 2px;}
[role="radiogroup"][data-rac] {flex-wrap: wrap; row-gap: .3rem; max-width: 100%;}
.stElementContainer:has(> .stButtonGroup), .stButtonGroup {max-width: 100%;}
[data-testid="stPageLink"] .stMarkdownEllipsis, [data-testid="stPageLink"] .stMarkdownEllipsis p {white-space: normal; overflow: visible;}
/* Boxes are placed while they are empty: without a least height one near the foot opens downwards, a line high. */
[data-testid="stPopoverBody"] {min-height: min(15rem, 60vh);}
[data-testid="stPopoverBody"]:has(.stDataFrame) {width: min(1000px, 94vw); max-width: 94vw !important;}
.stPlotlyChart {container-type: inline-size;}
/* The world is twice as wide as high and its key has seven lines on a phone: no empty bands above and below it. */
.st-key-chart-partners_map {flex: none !important; height: 540px !important;}
@media (max-width: 640px) {.st-key-chart-partners_map {height: calc(50vw + 190px) !important;}}
/* Five years apart are too near on a phone: with six labels or more each second one goes, the last stays. */
@container (max-width: 520px) {
  .xaxislayer-above:has(> g:nth-of-type(6)) > g:nth-last-of-type(2n) > text:is([data-unformatted^="19"], [data-unformatted^="20"]) {visibility: hidden;}
}
@media (max-width: 1000px) {.block-container {padding-top: 3.4rem;}}
@media (max-width: 640px) {
  .tw-cards {grid-template-columns: 1fr 1fr;} .tw-flags {columns: 1;} .tw-value {font-size: 1.2rem;}
  .block-container {padding-left: .9rem; padding-right: .9rem;;} h1 {font-size: 1.5rem !important;}
}
@media (prefers-reduced-motion: reduce) {*, *::before, *::after {animation: none !important; transition: none !important;}}
/* One column as wide as a page; figures are as the screen drew them, made smaller as a whole, never cut. */
@media print {
  section[data-testid="stSidebar"], header, [data-testid="stPopover"], [data-testid="stExpander"], [data-testid="stButtonGroup"],
  [data-testid="stSelectbox"], [data-testid="stMultiSelect"], [data-testid="stDateInput"], [data-testid="stNumberInput"],
  [data-testid="stTextInput"], [data-testid="stSlider"], [data-testid="stCheckbox"], [data-testid="stButton"],
  [data-testid="stSkeleton"], [data-testid="stPageLink"], .st-key-first-questions, .tw-brand {display: none !important;}
  html, body, #root, #root > div, .stApp, .stMain, [data-testid="stAppViewContainer"], [data-testid="stAppScrollToBottomContainer"] {
    position: static !important; height: auto !important; min-height: 0 !important; overflow: visible !important;
    display: block !important; background: #fff !important;}
  .block-container {width: auto !important; max-width: 44rem !important; padding: 0 !important; margin: 0 !important;}
  .stVerticalBlock, .stHorizontalBlock, .stElementContainer, [data-testid="stLayoutWrapper"] {overflow: visible !important;}
  .stMain :is(h1, h2, h3, p, li, div, span, strong, dt, dd, th, td, a, summary):not(.stPlotlyChart *) {color: #1B2430 !important; opacity: 1;}
  .stElementContainer:has(.stPlotlyChart) {zoom: .7; print-color-adjust: exact; -webkit-print-color-adjust: exact;}
  .stPlotlyChart, .tw-card, .tw-flags li, .tw-passport tr {break-inside: avoid;}
  h1, h2, .tw-title, .tw-subtitle {break-after: avoid;}
}
</style>"""
