using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Pipeline.Tests.Gpio;

public sealed class GuardDutyTests
{
    private readonly FakeLines _board = new();
    private readonly StringWriter _said = new();

    [Fact]
    public void A_pipe_that_closes_without_a_goodbye_sets_every_line_to_its_safe_level()
    {
        Assert.True(ServeWhileHeld("hold 0 3 0\nhold 0 4 1\nhold 0 3 0\n", 3, 4));
        Assert.Equal(["3=0", "3 let go", "4=1", "4 let go"], _board.Log);
        Assert.StartsWith("edgeagent guard: the agent is gone; gpiochip0 line 3 is low after ", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_goodbye_no_line_is_touched()
    {
        Assert.True(ServeWhileHeld("hold 0 3 0\ngoodbye\n", 3));
        Assert.Empty(_board.Log);
    }

    [Fact]
    public void What_it_does_not_understand_keeps_it_from_nothing()
    {
        Assert.True(ServeWhileHeld("hold 0 3\nhold x 3 0\n\nhold 0 5 0", 5));
        Assert.Equal(["5=0", "5 let go"], _board.Log);
    }

    [Fact]
    public async Task A_line_that_the_kernel_has_not_freed_yet_is_tried_again()
    {
        var held = _board.Output(new LineAddress(0, 3), true);
        var serving = Task.Run(() => Serve("hold 0 3 0\n"));
        Assert.True(SpinWait.SpinUntil(() => _board.Requests >= 3, TimeSpan.FromSeconds(20)));
        held.Dispose();
        Assert.True(await serving);
        Assert.False(_board.Levels[new LineAddress(0, 3)]);
    }

    /// <summary>The agent holds lines while it speaks, and lets go of them when its pipe closes.</summary>
    private bool ServeWhileHeld(string words, params int[] offsets)
    {
        foreach (var offset in offsets)
            _board.Held.Add(new LineAddress(0, offset));
        return GuardDuty.Serve(new ClosingReader(words, () => _board.Held.Clear()), _board, _said);
    }

    private bool Serve(string words) => GuardDuty.Serve(new StringReader(words), _board, _said);

    private sealed class ClosingReader(string words, Action closed) : StringReader(words)
    {
        public override string? ReadLine()
        {
            var line = base.ReadLine();
            if (line is null) closed();
            return line;
        }
    }
}
