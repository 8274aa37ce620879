namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// Whether an event was open after each reading of one recording. A judgement's verdict stands until the next one, for
/// a model need not judge every reading, and judgements come a batch behind the readings.
/// </summary>
internal sealed class ReadingVerdicts
{
    private readonly List<long> _times = [];
    private readonly Dictionary<(string Device, string Detector), Course> _courses = [];

    /// <summary>One detector's changes of mind, in order, and the reading from which its next judgement is looked for.</summary>
    private sealed class Course
    {
        public List<(int Reading, bool IsOpen)> Changes { get; } = [];
        public int Next { get; set; }
    }

    /// <summary>Readings noted so far.</summary>
    public int Count => _times.Count;

    /// <summary>A reading comes, and may be judged later.</summary>
    public void Note(long timeTicks) => _times.Add(timeTicks);

    /// <summary>A reading was judged.</summary>
    /// <returns>Its place among those noted; −1: none has this time.</returns>
    public int Judged(string device, string detector, long timeTicks, bool isOpen)
    {
        if (!_courses.TryGetValue((device, detector), out var course)) _courses[(device, detector)] = course = new Course();
        var reading = _times.IndexOf(timeTicks, course.Next);
        if (reading < 0) return -1;
        course.Changes.Add((reading, isOpen));
        course.Next = reading + 1;
        return reading;
    }

    /// <summary>An event was closed by something else than a judgement: from this reading on it is not open.</summary>
    public void Closed(string device, string detector, long timeTicks)
    {
        if (!_courses.TryGetValue((device, detector), out var course)) return;
        var reading = _times.IndexOf(timeTicks, Math.Max(0, course.Next - 1));
        if (reading >= 0) course.Changes.Add((reading, false));
    }

    /// <summary>The first reading that was judged; −1: none.</summary>
    public int First => _courses.Values.SelectMany(c => c.Changes.Take(1)).Select(c => c.Reading).DefaultIfEmpty(-1).Min();

    /// <summary>One a reading.</summary>
    public bool[] ToArray()
    {
        var isOpen = new bool[_times.Count];
        foreach (var course in _courses.Values)
            for (var i = 0; i < course.Changes.Count; i++)
                if (course.Changes[i] is (var reading, true))
                    Array.Fill(isOpen, true, reading,
                        (i + 1 < course.Changes.Count ? course.Changes[i + 1].Reading : isOpen.Length) - reading);
        return isOpen;
    }

    /// <summary>Another recording begins.</summary>
    public void Clear()
    {
        _times.Clear();
        _courses.Clear();
    }
}
