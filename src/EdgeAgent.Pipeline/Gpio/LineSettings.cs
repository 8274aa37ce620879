using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>What the lines are driven through.</summary>
public enum LineDriverKind
{
    /// <summary>The kernel's own interface, and libgpiod 1 where the kernel is too old for it.</summary>
    Auto,
    /// <summary>The kernel's character device, API version 2 (Linux 5.10); needs no library.</summary>
    Kernel,
    LibGpiod2,
    LibGpiod1,
}

/// <summary>What holds an input at its level while nothing drives it.</summary>
public enum LineBias { AsIs, PullUp, PullDown, Disabled }

/// <summary>Table <c>[gpio]</c>: how lines are reached, for all of them.</summary>
public sealed record LineSettings
{
    public LineDriverKind Driver { get; set; } = LineDriverKind.Auto;
    /// <summary>Whether a second process sets the outputs to their safe levels when the agent dies.</summary>
    public bool Guard { get; set; } = true;
}

/// <summary>Table <c>[gates.NAME]</c>: an input line that says when detectors and rules apply.</summary>
public sealed record GateOptions
{
    public string Name { get; set; } = "";
    public LineChoice Line { get; set; } = LineChoice.At(0);
    /// <summary>The level at which the gate is open.</summary>
    public bool High { get; set; } = true;
    /// <summary>For so long must the line be at its new level to be believed.</summary>
    public TimeSpan Debounce { get; set; } = TimeSpan.FromMilliseconds(50);
    public LineBias Bias { get; set; } = LineBias.AsIs;
    /// <summary>Whether the gate counts as open while its line cannot be read.</summary>
    public bool OpenWithoutLine { get; set; } = true;
}
