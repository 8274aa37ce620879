using System.Globalization;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// Who is a member of a group, by what members have said in the stream of readings: all members come to the same list at the same place
/// of it. What was said before is not believed again. Signed members must go on proving that they take readings. One owner.
/// </summary>
/// <param name="silenceLimit">A signed member that has not said anything for so long, by the clocks of the others, is none.</param>
internal sealed class MemberList(TimeSpan silenceLimit)
{
    /// <summary>A group is bounded by what one connection carries, which is far less.</summary>
    private const int MembersLimit = 64;
    /// <summary>Signed members that are gone are remembered, or what they said could be said again.</summary>
    private const int KnownLimit = 1024;
    public const int NameLengthLimit = 128;
    private const string Here = "here", Away = "away", Gone = "gone";

    private readonly Dictionary<string, Known> _known = [];
    private long _newest;

    /// <param name="Word">What it said last.</param>
    /// <param name="IsMember">Whether that counts; not if it is too long ago, or was said before our session began.</param>
    /// <param name="ProvenAt">When it proved itself last; 0: of one that was read from the file that is not known.</param>
    private sealed record Known(MemberWord Word, bool IsMember, long ProvenAt);

    /// <summary>Members in the order of their names.</summary>
    public string[] Names => [.. _known.Where(k => k.Value.IsMember).Select(k => k.Key).Order(StringComparer.Ordinal)];

    /// <summary>The last that a member said; the default: nothing.</summary>
    public MemberWord LastOf(string name) => _known.TryGetValue(name, out var known) ? known.Word : default;

    /// <summary>Takes what a member says; false: it is not believed, for it was said before or there are too many.</summary>
    public bool TryTake(string name, MemberWord word)
    {
        if (name.Length is 0 or > NameLengthLimit) return false;
        var before = _known.GetValueOrDefault(name);
        if (word.Birth > 0 && before is not null && !IsNews(before, word)) return false;
        if (word.IsHere && before is not { IsMember: true } && _known.Count(k => k.Value.IsMember) >= MembersLimit) return false;
        if (!word.IsHere && word.Birth == 0) _known.Remove(name);
        else _known[name] = new Known(word, word.IsHere, word.At);
        if (word.At > 0) Age(word.At);
        return true;
    }

    /// <summary>Nobody is a member. What was said is not believed again all the same.</summary>
    public void Clear()
    {
        foreach (var (name, known) in _known.ToList())
            if (known.Word.Birth == 0) _known.Remove(name);
            else _known[name] = known with { IsMember = false };
    }

    /// <summary>One line a member, for the file.</summary>
    public IEnumerable<string> Lines() => _known.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => Line(k.Key, k.Value));

    /// <summary>Goes on with the lines of the file.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="isSigned">Whether only signed members are believed.</param>
    public void Read(IEnumerable<string> lines, bool isSigned)
    {
        foreach (var line in lines.Take(KnownLimit))
        {
            var parts = line.Split(' ', 4);
            if (parts.Length == 4 && parts[0] is Here or Away or Gone
                && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var birth)
                && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                _known[parts[3]] = new Known(isSigned ? new MemberWord(parts[0] != Gone, birth, at) : default, parts[0] == Here, 0);
            else if (!isSigned)
                _known[line] = new Known(new MemberWord(true, 0, 0), IsMember: true, 0);
        }
        if (isSigned) return;
        foreach (var (name, _) in _known.Where(k => !k.Value.IsMember).ToList()) _known.Remove(name);
    }

    private static string Line(string name, Known known)
    {
        if (known.Word.Birth == 0) return name;
        var state = known.IsMember ? Here : known.Word.IsHere ? Away : Gone;
        return string.Create(CultureInfo.InvariantCulture, $"{state} {known.Word.Birth} {known.Word.At} {name}");
    }

    /// <summary>
    /// Of one connection a word counts once; of an earlier one, or one that the broker has said is gone, none. What the broker keeps it
    /// says again to a new session.
    /// </summary>
    private static bool IsNews(Known before, MemberWord word)
    {
        var last = before.Word;
        if (!last.IsHere) return word.IsHere && word.Birth > last.Birth;
        return word.Birth >= last.Birth && (!word.IsHere || word.At > last.At || (!before.IsMember && word.At == last.At));
    }

    /// <summary>Drops members that prove nothing any more. It follows from what was said alone, so all do it at the same place.</summary>
    private void Age(long at)
    {
        _newest = Math.Max(_newest, at);
        var oldest = _newest - (long)silenceLimit.TotalMilliseconds;
        foreach (var (name, known) in _known.Where(k => k.Value.IsMember).ToList())
            if (known.ProvenAt == 0) _known[name] = known with { ProvenAt = _newest };
            else if (known.ProvenAt < oldest) _known[name] = known with { IsMember = false };
        while (_known.Count > KnownLimit)
            _known.Remove(_known.Where(k => !k.Value.IsMember).MinBy(k => k.Value.Word.At).Key);
    }
}
