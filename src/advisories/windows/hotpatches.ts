/**
 * Updates that work without a restart, by build, as Microsoft's hotpatch calendar lists them up to May 2026. Each rests on the
 * cumulative update of its quarter's first month (the baseline), repairs what that month's cumulative update repairs of
 * Windows itself, and has a revision of its own between two of those. Months that were planned as hotpatches and became
 * baselines (August 2024 for Server 2022) are among the cumulative updates. Of Windows 11 those of 2026 are not listed there:
 * by their revision such hosts count as no newer than the cumulative update before it.
 *
 * An entry is `yymmdd.revision.kb`, as in `releases.ts`.
 */
export const HOTPATCHES: Readonly<Record<number, string>> = {
  20348: `
    240213.2277.5034860 240312.2333.5035959 240514.2458.5037848 240611.2522.5039330 240910.2695.5042880
    241112.2819.5046698 241210.2908.5048800 250211.3148.5052106 250311.3270.5053638 250513.3630.5058500
    250610.3745.5060525 250812.3989.5063812 250909.4106.5065306 251111.4346.5068840 251209.4467.5071413
    260210.4711.5075943 260310.4830.5078737 260512.5074.5087424`,
  26100: `
    241112.2240.5046696 241210.2528.5048794 250211.3107.5052105 250311.3403.5053636 250513.3981.5058497
    250610.4270.5060841 250812.4851.5064010 250909.6508.5065474 251111.7092.5068966 251209.7392.5072014
    260210.32313.5075942 260310.32463.5078736 260512.32772.5087423`,
};
