/* A word stands on one list of its kind only; where it could stand on two, the likelier sense in a
 * key result decides. */

#include "core/wordlist.h"

#include <glib.h>

/* clang-format off */
static const VerbList verbs[] = {
    {VERB_DO, TOPIC_CALLS,
     "call phone dial email mail message send contact reach-out cold-call text ping network "
     "follow-up"},
    {VERB_DO, TOPIC_MEETINGS,
     "hold meet-with schedule convene brief discuss sync check-in huddle talk listen"},
    {VERB_DO, TOPIC_TRAINING,
     "train coach teach educate mentor upskill reskill certify learn equip tutor instruct "
     "cross-train"},
    {VERB_DO, TOPIC_CONTENT,
     "publish write blog post tweet film record edit curate translate localise rewrite author "
     "podcast share repurpose syndicate design redesign"},
    {VERB_DO, TOPIC_CAMPAIGNS,
     "advertise market rebrand sponsor a/b-test announce communicate issue"},
    {VERB_DO, TOPIC_FEATURES,
     "release prototype code program refactor rebuild ideate brainstorm wireframe"},
    {VERB_DO, TOPIC_HIRING, "hire staff headhunt appoint"},
    {VERB_DO, TOPIC_DOCS,
     "document draft prepare outline define finalise formalise report map codify specify "
     "describe catalogue compile"},
    {VERB_DO, TOPIC_TOOLS,
     "implement install introduce set-up setup roll-out configure integrate revamp renovate "
     "update modernise clean-up clean consolidate standardise centralise digitise deploy "
     "instrument containerise virtualise retire decommission deprecate sunset phase-out remove "
     "merge rearchitect re-architect overhaul put-in-place stand-up customise personalise "
     "tailor tag replace embed operationalise apply"},
    {VERB_DO, TOPIC_EVENTS,
     "host organise attend participate take-part speak present exhibit arrange demonstrate "
     "showcase visit join"},
    {VERB_DO, TOPIC_RESEARCH,
     "conduct interview survey research analyse study explore investigate test pilot experiment "
     "validate benchmark identify gather evaluate assess discover examine scope shortlist trial"},
    {VERB_DO, TOPIC_REVIEWS,
     "review audit inspect monitor track measure check observe shadow verify oversee recheck"},
    {VERB_DO, TOPIC_SALES, "pitch demo propose quote prospect negotiate renegotiate"},
    {VERB_DO, TOPIC_SPEND, "spend invest allocate budget procure"},
    {VERB_DO, TOPIC_ANY,
     "perform execute carry-out undertake start begin initiate kick-off continue coordinate "
     "collaborate work work-on facilitate plan select give assign delegate finish submit file "
     "notify remind practise rehearse enforce lead conclude formulate set prioritise action "
     "commence take-on do contribute leverage log upload import populate print reward celebrate "
     "fund donate draw-up sign-off reorganise restructure align hand-over invoice reconcile "
     "refresh encrypt harden scan back-up ask split revise amend adapt adjust advise allot "
     "calibrate cascade categorise clarify classify co-create collate combine commission "
     "compare consult copy debug decide determine diagnose divide elaborate elicit fine-tune "
     "format frame guide incorporate inform itemise liaise modify motivate orchestrate package "
     "paint polish proofread quantify rearrange recalibrate reconfigure reformat relocate "
     "remodel rename repair retool retrofit revisit rotate sketch solicit sort storyboard "
     "structure supervise synthesise tidy transcribe troubleshoot tweak unify unveil vet wire "
     "dismantle demolish plant label screen shoot partner-with restock dedicate devote "
     "put-together pull-together line-up write-up swap welcome qualify greet switch-over "
     "hand-out give-away launch relaunch run distribute"},
    {VERB_MAKE, TOPIC_FEATURES, "build develop"},
    {VERB_MAKE, TOPIC_ANY,
     "create make deliver produce complete provide offer accomplish supply craft construct form "
     "open collect add"},
    {VERB_HANDLE, TOPIC_TOOLS, "migrate automate transfer digitalise port transform establish"},
    {VERB_HANDLE, TOPIC_HIRING, "promote recruit"},
    {VERB_HANDLE, TOPIC_ANY,
     "onboard enrol enroll serve manage cultivate foster engage enable empower help support "
     "assist meet nurture approach enter re-engage reengage"},
    {VERB_SERVE, TOPIC_TICKETS,
     "respond answer reply resolve solve acknowledge handle fix patch remediate triage address "
     "approve"},
    {VERB_SERVE, TOPIC_FEATURES, "ship"},
    {VERB_SERVE, TOPIC_HIRING, "fill"},
    {VERB_SERVE, TOPIC_ANY, "close fulfil fulfill pay settle dispatch process"},
    {VERB_RAISE, TOPIC_ANY,
     "increase raise lift grow boost improve enhance expand accelerate double triple quadruple "
     "maximise optimise strengthen scale ramp-up ramp elevate extend up speed-up widen deepen "
     "multiply streamline simplify heighten uplift step-up augment amplify"},
    {VERB_LOWER, TOPIC_ANY,
     "reduce decrease lower cut shorten halve drop shrink minimise limit eliminate avoid "
     "prevent cap contain slash trim diminish deflect save curb bring-down cut-down slow "
     "mitigate lessen narrow clear"},
    {VERB_REACH, TOPIC_ANY,
     "achieve reach hit attain keep maintain sustain stay retain restore recover become have "
     "see activate reactivate penetrate cover realise preserve stabilise protect remain fall "
     "rise climb decline"},
    {VERB_WIN, TOPIC_ANY,
     "win generate get gain acquire attract earn secure land capture sign book receive source "
     "bring-in drive renew convert win-back garner obtain enlist delight sign-up recapture"},
    {VERB_SHIFT, TOPIC_ANY,
     "move progress advance shift transition graduate take bring push turn upgrade"},
    {VERB_THEIRS, TOPIC_ANY,
     "use adopt accept request download view watch read click subscribe register purchase buy "
     "refer recommend rate invite feel say agree believe understand trust leave feature mention "
     "cite access enjoy choose prefer recall recognise know log-in login return repurchase "
     "perceive consider find experience opt come include pick export"},
    {VERB_EXCEL, TOPIC_ANY,
     "rank score exceed surpass outperform beat break-even outpace sell upsell cross-sell"},
};

static const NounList nouns[] = {
    {NOUN_MEASURE, TOPIC_ANY,
     "rate ratio score index rating time duration latency cost price expense margin profit "
     "profitability ebitda income cash cashflow cash-flow roi roas ltv clv cac arpu arpa arr "
     "mrr nrr grr acv tcv aov gmv nps enps csat ces dau mau wau sla slo ctr cpl cpa cpm cpc "
     "mttr mttd mtbf fcr aht lcp ttfb inp apdex dso dpo sov revenue turnover churn retention "
     "conversion adoption activation engagement satisfaction loyalty awareness sentiment trust "
     "reputation productivity efficiency performance quality accuracy uptime downtime "
     "availability reliability stability speed throughput capacity utilisation utilization "
     "occupancy coverage compliance readiness maturity health attrition absenteeism absence "
     "diversity representation belonging morale wellbeing well-being backlog cycle size length "
     "value variance deviation debt risk exposure emission carbon waste consumption energy "
     "yield inventory stock shrinkage traffic reach penetration visibility authority ranking "
     "rank attainment win-rate close-rate usage stickiness payback runway burn valuation "
     "funding saving premium lead-time bounce drop-off dropoff abandonment deflection "
     "resolution containment acceptance recall confidence clarity effort ease likelihood "
     "turnaround deal-size market-share test-coverage response-time page-speed footprint equity "
     "liquidity overhead spread tenure age wait queue delivery-time interaction-rate fulfilment "
     "responsiveness resilience security safety usability accessibility predictability "
     "deal-value hit-rate pass-rate intensity weight temperature distance density balance "
     "receivable liability salary wage load on-time-delivery self-service success freshness "
     "completeness consistency timeliness mastery burnout stress average median capital "
     "proficiency growth-rate profit-margin goodwill preference turn consideration advocacy "
     "deployment-frequency release-frequency deploy-frequency return-on"},
    {NOUN_SHARE, TOPIC_ANY, "percentage percent share proportion fraction pct majority"},
    {NOUN_COMPLETION, TOPIC_ANY,
     "completion completion-rate participation participation-rate attendance attendance-rate "
     "progress execution adherence completion-percentage"},
    {NOUN_COUNT, TOPIC_ANY,
     "number count amount quantity volume total frequency cadence hour minute no. # sum "
     "production creation generation output development introduction establishment preparation "
     "definition formulation"},
    {NOUN_RISE, TOPIC_ANY, "increase rise growth uplift lift gain improvement jump uptick boost"},
    {NOUN_FALL, TOPIC_ANY, "reduction decrease decline drop cut fall"},
    {NOUN_RESULT, TOPIC_ANY,
     "sale deal contract order purchase transaction subscription renewal upsell cross-sell "
     "expansion booking opportunity pipeline lead mql sql sal sqo pql signup sign-up "
     "registration download install click impression view pageview page-view open mention "
     "backlink citation like comment referral recommendation testimonial reference award logo "
     "win vote nomination donation grant reservation seat licence license unit business "
     "enrolment enrollment demo-request demo-booking web-visit website-visit organic-visit "
     "search-visit store-visit monthly-visit unique-visit page-visit web-session user-session "
     "website-session organic-session monthly-session trial-signup preorder pre-order reorder "
     "repurchase patent feature-request star keyword placement repeat-purchase social-share "
     "follow checkout job-application app-install letter-of-intent loi commitment pledge "
     "inbound-call inbound-enquiry inbound-inquiry press-mention media-mention upvote fork "
     "active-day dollar euro pound endorsement user-review customer-review g2-review app-review "
     "google-review star-review product-review store-review active-team paying-team partnership "
     "alliance sponsorship api-call api-request email-list mailing-list subscriber-list "
     "waiting-list waitlist"},
    {NOUN_OUTSIDER, TOPIC_ANY,
     "customer client user community graduate subscriber buyer shopper consumer member visitor "
     "guest patient student donor follower fan reader viewer listener attendee participant "
     "registrant prospect account company partner reseller distributor supplier vendor investor "
     "tenant household merchant seller advertiser citizen resident advocate promoter detractor "
     "ambassador influencer publication outlet journalist enterprise organisation organization "
     "school hospital retailer brand people person passenger learner trialist affiliate sponsor "
     "franchisee smb cohort parent teacher family traveller driver player contributor "
     "stakeholder beneficiary volunteer payer"},
    {NOUN_INSIDER, TOPIC_HIRING,
     "employee staff rep salesperson salespeople engineer developer designer manager leader "
     "executive hire new-hire recruit agent team colleague teammate intern analyst specialist "
     "consultant sdr bdr ae csm headcount fte department squad worker associate apprentice "
     "woman women candidate team-member staff-member recruiter marketer operator director vp "
     "supervisor technician scientist tester admin leadership personnel workforce talent "
     "contractor freelancer temp"},
    {NOUN_TROUBLE, TOPIC_TICKETS,
     "bug defect incident outage error failure crash complaint escalation ticket issue "
     "vulnerability breach violation injury accident delay cancellation refund return "
     "chargeback dispute regression rollback blocker finding duplicate fraud spill stockout "
     "stock-out shortage no-show exception alert interruption rejection rework unsubscribe "
     "warning mistake penalty false-positive false-alarm discrepancy overrun non-conformity "
     "support-call problem nonconformity hotfix dropout handoff handover misconfiguration "
     "hazard near-miss dead-letter typo loophole gap"},
    {NOUN_INCOMING, TOPIC_TICKETS,
     "request inquiry enquiry invoice application claim case chat query question payment "
     "payroll shipment parcel delivery book month-end incoming-call customer-call "
     "pull-request-review purchase-order closing return-request submission statement"},
    {NOUN_INCOMING, TOPIC_HIRING, "role vacancy requisition opening position job"},
    {NOUN_EITHER, TOPIC_SALES,
     "demo appointment trial pilot offer discount connection visit speaking-slot "
     "speaking-engagement product market country region location store channel segment "
     "territory vertical use-case poc"},
    {NOUN_EITHER, TOPIC_ANY,
     "review response feedback service help-centre help-center help-desk service-desk "
     "call-centre contact-centre deploy idea suggestion certification velocity point "
     "survey-response deployment change collaboration badge credential accreditation answer "
     "contribution reply"},
    {NOUN_OURS, TOPIC_MEETINGS, "meeting conversation discussion"},
    {NOUN_EITHER, TOPIC_TRAINING, "session"},
    {NOUN_OURS, TOPIC_SALES,
     "proposal quote quotation presentation pitch customer-visit client-visit site-visit "
     "field-visit sales-visit"},
    {NOUN_DOING, TOPIC_CALLS,
     "call outreach touchpoint touch-point touch voicemail dial follow-up followup email e-mail "
     "message sequence mailing cold-call connect inmail dm contact outreach-attempt "
     "call-attempt"},
    {NOUN_DOING, TOPIC_MEETINGS,
     "sync stand-up standup 1:1 one-on-one check-in retrospective retro huddle all-hands "
     "town-hall townhall offsite off-site briefing qbr ceremony sync-up syncup office-hour "
     "catch-up debrief brainstorm 1-on-1 one-to-one"},
    {NOUN_DOING, TOPIC_TRAINING,
     "training workshop course class coaching seminar bootcamp lesson enablement mentoring "
     "role-play roleplay curriculum training-session coaching-session lunch-and-learn drill "
     "learning-path training-hour coaching-hour e-learning elearning module training-day "
     "masterclass simulation training-module onboarding-session teach-in"},
    {NOUN_DOING, TOPIC_CONTENT,
     "post blog article newsletter whitepaper white-paper paper ebook e-book video podcast "
     "episode infographic brochure study tweet press-release content asset banner creative copy "
     "page landing-page tutorial editorial translation slide deck reel blogpost story flyer "
     "poster how-to piece vlog one-pager listing caption thread material collateral"},
    {NOUN_DOING, TOPIC_CAMPAIGNS,
     "campaign ad advert advertisement promotion a/b-test ab-test split-test mailer giveaway "
     "contest drip launch go-live rebranding rebrand ab"},
    {NOUN_DOING, TOPIC_FEATURES,
     "feature release prototype mvp component enhancement integration story-point user-story "
     "epic sprint commit pr pull-request unit-test test-case test wireframe mockup mock-up "
     "design iteration app widget api endpoint sdk bot chatbot functionality capability "
     "release-note build code line-of-code line screen refactoring plugin connector"},
    {NOUN_DOING, TOPIC_HIRING,
     "hiring recruitment job-posting posting job-interview screening-call screening job-ad "
     "career-fair reference-check job-description"},
    {NOUN_DOING, TOPIC_DOCS,
     "documentation document doc runbook playbook manual policy procedure sop guideline "
     "template handbook faq wiki knowledge-base report dashboard spec specification memo plan "
     "checklist roadmap strategy framework diagram guide knowledge-article help-article "
     "standard scorecard persona brief postmortem post-mortem battlecard"},
    {NOUN_DOING, TOPIC_TOOLS,
     "migration rollout roll-out implementation system tool platform crm erp server database "
     "infrastructure automation script process workflow website site portal software upgrade "
     "update installation configuration setup set-up environment cluster repository spreadsheet "
     "file dataset folder vm schema data-pipeline codebase monolith solution microservice"},
    {NOUN_DOING, TOPIC_EVENTS,
     "event webinar conference trade-show tradeshow meetup hackathon exhibition fair roadshow "
     "talk keynote summit show open-day ama"},
    {NOUN_DOING, TOPIC_RESEARCH,
     "interview survey research analysis focus-group usability-test user-test experiment "
     "investigation benchmark assessment discovery user-interview poll"},
    {NOUN_DOING, TOPIC_REVIEWS,
     "audit inspection evaluation appraisal walkthrough code-review design-review peer-review "
     "performance-review business-review pipeline-review account-review security-review "
     "architecture-review quarterly-review contract-review weekly-review monthly-review "
     "budget-review sprint-review check penetration-test pen-test risk-review data-review "
     "compliance-check retest spot-check"},
    {NOUN_DOING, TOPIC_SPEND, "spend budget investment ad-spend"},
    {NOUN_DOING, TOPIC_ANY,
     "work-order maintenance-order task milestone project initiative activity action "
     "deliverable action-item to-do todo programme program work phase workstream step work-item "
     "operation assignment undertaking work-package"},
};

static const SmallList smalls[] = {
    {SMALL_DETERMINER,
     "a an the this these those our their its your every each all any both some such"},
    {SMALL_PREPOSITION,
     "from to by in within via per with for at on of into onto across among during through over "
     "under above below after before until till between against towards toward than as about "
     "around without upon out off inside outside behind including up down vs versus despite "
     "throughout amongst following beyond near based compared vs. since"},
    {SMALL_JOIN, "and or plus & nor"},
    {SMALL_CLAUSE,
     "so that which who whose when where while because if then whom but unless thereby"},
    {SMALL_AUXILIARY,
     "is are be been being was were has had will would must should can could do does did not "
     "won't cannot gets"},
    {SMALL_FILLER,
     "we we'll we'd i'll ensure successfully please consistently continuously continually "
     "actively proactively effectively further also sure let's lets us strive aim try seek want "
     "need able quickly rapidly gradually significantly finally"},
    {SMALL_ADVERB,
     "weekly monthly daily quarterly annually yearly bi-weekly biweekly fortnightly overall "
     "online live internally externally regularly already currently now again together "
     "worldwide globally only fully on-time else once automatically manually completely early "
     "today ahead shorter longer lower higher faster slower better smaller greater larger"},
    {SMALL_QUALIFIER,
     "least most more less fewer additional extra minimum maximum max approximately approx "
     "almost nearly roughly another average avg mean median total new net gross up-to many "
     "several few multiple initial first next other different separate individual key major "
     "minor single"},
    {SMALL_THEIRS,
     "inbound incoming booked requested accepted qualified referred earned won received paying "
     "positive unsolicited verified self-booked converted signed retained returning repeat "
     "engaged 5-star 4-star five-star four-star customer-led user-generated sourced subscribed "
     "closed-won sales-qualified marketing-qualified registered confirmed successful sold"},
    {SMALL_NUMBER,
     "zero no none nil one two three four five six seven eight nine ten eleven twelve thirteen "
     "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty "
     "seventy eighty ninety hundred thousand dozen double doubled doubling triple tripled "
     "tripling quadruple halve halved halving half twice thrice twofold threefold tenfold "
     "two-thirds"},
    {SMALL_PERCENT, "percent pct % percentage-point pp ppt bps basis-point"},
    {SMALL_MONEY, "dollars euros pounds usd eur gbp chf dollar euro inr cad aud yen jpy"},
    {SMALL_TIME,
     "second seconds sec secs ms millisecond milliseconds minute minutes min mins hour hours hr "
     "hrs day days week weeks month months year years"},
    {SMALL_SCALE, "million millions billion thousands k mn bn mio"},
    {SMALL_MONTH,
     "january february march april may june july august september october november december jan "
     "feb mar apr jun jul aug sep sept oct nov dec"},
    {SMALL_NAMED,
     "soc iso phase version level tier sprint stage wave series priority severity sev quarter "
     "fiscal fy article type pci wcag"},
};

static const char *const irregular[][2] = {
    {"held", "hold"},   {"sent", "send"},     {"written", "write"}, {"wrote", "write"},
    {"built", "build"}, {"made", "make"},     {"won", "win"},       {"sold", "sell"},
    {"met", "meet"},    {"given", "give"},    {"done", "do"},       {"taken", "take"},
    {"got", "get"},     {"brought", "bring"}, {"grown", "grow"},    {"kept", "keep"},
    {"found", "find"},  {"spoken", "speak"},  {"taught", "teach"},  {"led", "lead"},
    {"bought", "buy"},  {"begun", "begin"},   {"felt", "feel"},     {"understood", "understand"},
    {"paid", "pay"},    {"spent", "spend"},   {"rewritten", "rewrite"}, {"rebuilt", "rebuild"},
};

const WordList word_list = {
    .verbs = verbs,
    .verb_count = G_N_ELEMENTS(verbs),
    .nouns = nouns,
    .noun_count = G_N_ELEMENTS(nouns),
    .smalls = smalls,
    .small_count = G_N_ELEMENTS(smalls),
    .irregular = irregular,
    .irregular_count = G_N_ELEMENTS(irregular),
    .departments =
        "sales marketing engineering support product finance operations legal hr it security "
        "procurement logistics management leadership development design research everyone",
    .functions =
        "nobody homepage checkout search company signup login everybody nothing platform backend "
        "frontend warehouse helpdesk inbound outbound growth",
    .nouns_in_front =
        "test build release review support launch design call email demo audit survey report "
        "deploy research pilot trial close win contact visit check quote code process offer plan "
        "message mail post host text work staff study file share lead rank score rate use view "
        "click return purchase record open budget forecast",
};
/* clang-format on */
