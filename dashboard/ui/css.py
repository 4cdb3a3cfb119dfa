"""The few rules that Streamlit's theme cannot say. Colours come from the theme's own variables."""

RULES = """<style>
.block-container {max-width: 1120px; padding-top: 3.2rem; padding-bottom: 4rem;}
h1 {font-size: 1.9rem !important; font-weight: 650 !important; line-height: 1.2 !important; padding-bottom: .2rem !important;}
h2 {font-size: 1.35rem !important; margin-top: 1.6rem !important;}
.stElementContainer:has(> .stMultiSelect) {min-width: min(15rem, 100%);}
.stElementContainer:has(> .stSelectbox) {min-width: min(11.5rem, 100%);}
.tw-stack {display: flex; flex-direction: column; gap: 1rem;} .tw-stack > p {margin: 0;} .tw-stack strong {font-weight: 600;}
.tw-title {font-size: 1.12rem; font-weight: 650; margin: .6rem 0 0; padding: 0; line-height: 1.3;}
.tw-subtitle {margin: .1rem 0 .2rem; font-size: .92rem; opacity: .78;}
.tw-note {margin: .3rem 0 .2rem; font-size: .92rem; line-height: 1.45; max-width: 75ch;}
.tw-foot {margin: 0 0 .2rem; font-size: .8rem; opacity: .72; overflow-wrap: anywhere;}
.tw-cards {display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .6rem; margin: .3rem 0 .5rem;}
.tw-card {border: 1px solid rgba(128,136,148,.32); border-radius: 6px; padding: .6rem .8rem;}
.tw-label {font-size: .84rem; opacity: .78;}
.tw-value {font-size: 1.45rem; font-weight: 620; font-variant-numeric: tabular-nums; line-height: 1.25;}
.tw-detail {font-size: .82rem; opacity: .78;}
.tw-flags {list-style: none; padding: 0; margin: .1rem 0 .3rem; columns: 2; column-gap: 2rem; font-size: .84rem;}
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
a:focus-visible, summary:focus-visible, button:focus-visible {outline: 3px solid #8A5CE6 !important; outline-offset: 2px;}
@media (max-width: 640px) {
  .tw-cards {grid-template-columns: 1fr 1fr;} .tw-flags {columns: 1;} .tw-value {font-size: 1.2rem;}
  .block-container {padding-left: .9rem; padding-right: .9rem;} h1 {font-size: 1.5rem !important;}
}
@media print {section[data-testid="stSidebar"], header, [data-testid="stPopover"] {display: none !important;}}
</style>"""
