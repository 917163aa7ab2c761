namespace ModalityBalance.Training;

/// <summary>The callbacks of a run, and the actions they ask for, such as saving. An action waits until every callback of the
/// hook has been invoked and the step in progress has ended, so that a checkpoint holds what all of them remember.</summary>
/// <param name="callbacks">Invoked in this order.</param>
/// <param name="afterwards">Invoked each time that nothing waits any more.</param>
internal sealed class DeferredActions(IReadOnlyList<TrainingCallback> callbacks, Action afterwards)
{
    private readonly Queue<Action> _waiting = [];
    private bool _isNotifying;
    private bool _isCarryingOut;
    private bool _isWithinStep;

    /// <summary>Carries out an action now if nothing is in progress, and later otherwise.</summary>
    public void Add(Action action)
    {
        if (_isCarryingOut)
        {
            action(); // asked for by one that is being carried out
            return;
        }

        _waiting.Enqueue(action);
        if (!_isNotifying)
        {
            CarryOut();
        }
    }

    /// <summary>Invokes a hook of every callback, then carries out what they asked for.</summary>
    public void Notify(Action<TrainingCallback> hook)
    {
        _isNotifying = true;
        try
        {
            foreach (var callback in callbacks)
            {
                hook(callback);
            }
        }
        finally
        {
            _isNotifying = false;
        }

        CarryOut();
    }

    /// <summary>Begins a step: actions wait for its end.</summary>
    public void BeginStep() => _isWithinStep = true;

    /// <summary>Ends a step, after which the run can be saved. What waits is carried out by the next call of <see
    /// cref="CarryOut"/>.
    /// </summary>
    public void EndStep() => _isWithinStep = false;

    /// <summary>Gives up a step that did not end, and forgets what was asked for within it.</summary>
    public void AbandonStep()
    {
        _waiting.Clear();
        _isWithinStep = false;
    }

    /// <summary>Carries out what waits, unless a step is in progress.</summary>
    public void CarryOut()
    {
        if (_isWithinStep)
        {
            return;
        }

        _isCarryingOut = true;
        try
        {
            while (_waiting.TryDequeue(out var action))
            {
                action();
            }
        }
        finally
        {
            _isCarryingOut = false;
            _waiting.Clear();
            afterwards();
        }
    }
}
