namespace EdgeAgent.Discovery;

/// <summary>Which levels of a shape's topics name the device, and which the channel.</summary>
internal static class TopicRoles
{
    /// <summary>The device where a payload has several channels.</summary>
    public static string Device(TopicShape shape)
    {
        if (shape.Varying.Count > 0) return Template(shape.Varying);
        var levels = shape.Topics[0].Levels;
        var withDigit = Array.FindLastIndex(levels, l => l.Any(char.IsAsciiDigit));
        if (withDigit >= 0) return Level(withDigit);
        var last = levels.Length - 1;
        return Level(last > 0 && IsTail(levels[last]) ? last - 1 : last);
    }

    /// <summary>Device and channel where each topic has one value.</summary>
    public static (string Device, string Channel) OfOneValue(TopicShape shape)
    {
        var last = shape.Levels - 1;
        var channel = last > 0 && shape.Topics.All(t => IsTail(t.Levels[last])) ? last - 1 : last;
        if (channel > 0 && shape.Varying.Contains(channel) && AreNumbered(shape.Topics.Select(t => t.Levels[channel])))
            return (Template(shape.Varying), Level(channel - 1));
        int[] devices = [.. shape.Varying.Where(l => l != channel && l <= last)];
        if (devices.Length == 0) devices = [Owner(shape.Topics[0].Levels, channel - 1)];
        return (Template(devices), Level(channel));
    }

    /// <summary>The level that names a thing, from one on towards the first.</summary>
    private static int Owner(string[] levels, int level)
    {
        while (level > 0 && CommonNames.IsGroup(levels[level])) level--;
        return Math.Max(0, level);
    }

    private static string Template(IReadOnlyList<int> levels) =>
        levels.Count == 1 ? Level(levels[0]) : string.Join('/', levels.Select(l => $"{{{Level(l)}}}"));

    private static string Level(int level) => $"topic[{level}]";

    private static bool IsTail(string level) => CommonNames.IsTail(level) || (level.Length > 1 && level.All(char.IsAsciiLetterUpper));

    /// <summary>Names that differ in their numbers alone are those of like things: oven-1, oven-2.</summary>
    private static bool AreNumbered(IEnumerable<string> names)
    {
        var all = names.Distinct().ToList();
        return all.Count > 1 && all.TrueForAll(n => n.Any(char.IsAsciiDigit))
            && all.Select(n => string.Concat(n.Where(c => !char.IsAsciiDigit(c)))).Distinct().Count() == 1;
    }
}
