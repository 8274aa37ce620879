using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Pipeline.Tests.Gpio;

public sealed class GuardDutyTests
{
    private readonly FakeLines _board = new();
    private readonly StringWriter _said = new();

    [Fact]
    public void A_pipe_that_closes_without_a_goodbye_sets_every_line_to_its_safe_level()
    {
        Assert.True(Serve("hold 0 3 0\nhold 0 4 1\nhold 0 3 0\n"));
        Assert.Equal(["3=0", "3 let go", "4=1", "4 let go"], _board.Log);
        Assert.StartsWith("edgeagent guard: the agent is gone; gpiochip0 line 3 is low after ", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_goodbye_no_line_is_touched()
    {
        Assert.True(Serve("hold 0 3 0\ngoodbye\n"));
        Assert.Empty(_board.Log);
    }

    [Fact]
    public void What_it_does_not_understand_keeps_it_from_nothing()
    {
        Assert.True(Serve("hold 0 3\nhold x 3 0\n\nhold 0 5 0"));
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

    private bool Serve(string words) => GuardDuty.Serve(new StringReader(words), _board, _said);
}
