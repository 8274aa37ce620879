using System.Text;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// The places in a payload that matter, as one tree: a single walk over the payload meets them all, in any order.
/// </summary>
internal sealed class PathNode
{
    private readonly byte[] _name;
    private readonly List<PathNode> _members = [];
    private readonly List<(int Index, PathNode Node)> _elements = [];
    private int _next;

    private PathNode(byte[] name) => _name = name;

    /// <summary>What the value here is.</summary>
    public PathMark Mark { get; set; }
    /// <summary>Slot of the channel whose value stands here; −1: none.</summary>
    public int Channel { get; set; } = -1;
    /// <summary>Which part of a name stands here; −1: none.</summary>
    public int Part { get; set; } = -1;
    /// <summary>Whether every number below is a channel of its own.</summary>
    public bool TakesAll { get; set; }
    /// <summary>Each value here is a row; the paths in it begin at this node. Null: it is none.</summary>
    public PathNode? Row { get; set; }
    /// <summary>The name of the member here is a key of the rows: a <c>*</c> on their path.</summary>
    public bool IsKey { get; private set; }

    /// <summary>What holds for every member; those with a node of their own have it, too, after <see cref="Complete"/>.</summary>
    public PathNode? EveryMember { get; private set; }
    public bool HasMembers => _members.Count > 0 || EveryMember is not null || TakesAll;
    public bool HasElements => _elements.Count > 0;
    /// <summary>Whether a mark or a part of a name is below, after <see cref="Complete"/>.</summary>
    public bool LeadsToFacts { get; private set; }
    /// <summary>Whether it only leads to others.</summary>
    public bool IsWayOnly => Mark == PathMark.None && Channel < 0 && Part < 0 && Row is null;

    public static PathNode Root() => new([]);

    /// <summary>Marks the place of a path: where it leads as it is written, and a member that is spelled like the whole of it.</summary>
    public void At(string path, Action<PathNode> mark)
    {
        var steps = path.Length > 0 ? PathSyntax.TryParse(path) : [];
        if (steps is not null) mark(At(steps));
        if (steps is not [{ Name: not null }] && path.Length > 0) mark(At([new PathStep(path, PathStep.NoIndex)]));
    }

    /// <summary>The member of that name, or null. Begins behind the last hit: senders keep their order.</summary>
    public PathNode? Member(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (_next >= _members.Count) _next = 0;
            var member = _members[_next++];
            if (name.SequenceEqual(member._name)) return member;
        }
        return null;
    }

    /// <summary>The element at that place, or null.</summary>
    public PathNode? Element(int index)
    {
        foreach (var (place, node) in _elements)
            if (place == index || place == PathStep.Every) return node;
        return null;
    }

    /// <summary>Says of a tree that has nothing but the path of the rows: what stands for each <c>*</c> is a key.</summary>
    public void KeepKeys()
    {
        if (EveryMember is not null) EveryMember.IsKey = true;
        foreach (var child in Children) child.KeepKeys();
    }

    /// <summary>
    /// Has what holds for every member or element hold for those with a node of their own, too: <c>x[*].w</c> does not hide
    /// <c>x[0].v</c>, nor a name what stands behind <c>*</c>. To be called once, when all paths are in.
    /// </summary>
    public void Complete()
    {
        if (EveryMember is { } members)
            foreach (var member in _members) member.Take(members);
        if (_elements.Find(e => e.Index == PathStep.Every).Node is { } elements)
            foreach (var (index, element) in _elements)
                if (index != PathStep.Every) element.Take(elements);
        // An element is asked for by its place first.
        _elements.Sort((a, b) => b.Index.CompareTo(a.Index));
        foreach (var child in Children)
        {
            child.Complete();
            LeadsToFacts |= child.LeadsToFacts || child.Mark != PathMark.None || child.Part >= 0;
        }
    }

    private IEnumerable<PathNode> Children =>
        [.. _members, .. _elements.Select(e => e.Node), .. EveryMember is { } every ? (PathNode[])[every] : []];

    /// <summary>Adds all of another node; what can be one thing only stays what it is.</summary>
    private void Take(PathNode general)
    {
        Mark |= general.Mark;
        if (Channel < 0) Channel = general.Channel;
        if (Part < 0) Part = general.Part;
        TakesAll |= general.TakesAll;
        IsKey |= general.IsKey;
        Row ??= general.Row;
        foreach (var member in general._members) Named(member._name).Take(member);
        foreach (var (index, element) in general._elements) Step(new PathStep(null, index)).Take(element);
        if (general.EveryMember is { } every) (EveryMember ??= Root()).Take(every);
    }

    private PathNode At(List<PathStep> steps)
    {
        var node = this;
        foreach (var step in steps)
            node = node.Step(step);
        return node;
    }

    private PathNode Step(PathStep step)
    {
        if (step.Index == PathStep.NoIndex) return step.Name is { } name ? Named(Encoding.UTF8.GetBytes(name)) : EveryMember ??= Root();
        if (_elements.Find(e => e.Index == step.Index).Node is { } known) return known;
        var element = Root();
        _elements.Add((step.Index, element));
        return element;
    }

    private PathNode Named(byte[] name)
    {
        var found = _members.Find(m => m._name.AsSpan().SequenceEqual(name));
        if (found is null) _members.Add(found = new PathNode(name));
        return found;
    }
}

/// <summary>What stands at a place besides channels and parts of names.</summary>
[Flags]
internal enum PathMark
{
    None = 0,
    Time = 1,
    /// <summary>The rate of the row's samples.</summary>
    Rate = 2,
    /// <summary>The channel of the row's value.</summary>
    Name = 4,
    Value = 8,
    Quality = 16,
}
